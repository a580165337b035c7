// Slots that are read while the lock of their container is not held: what they refer to stays until
// it has been read.
//
// One block keeps all of them, and this thread's table of holdings has the block. So a thread that
// is killed meanwhile leaves nothing of a large list behind in memory that outlives it.
import {
  addHolding,
  allocate,
  arena,
  atomics,
  defineKind,
  homeOf,
  release,
  takeHolding,
} from '../../kernel/index.ts';
import { numbers } from '../kinds.ts';
import { dropSlot, holdSlot, isItself } from './slots.ts';

/** Slots, and where it is written down that they are held. */
export interface Held {
  readonly slots: number[];
  /** 0: nowhere. */
  readonly entry: number;
}

/** A block: how many slots it keeps, then from the second number on the slots. */
const HEAD_NUMBERS = 1;

const HELD: number = defineKind('Held', import.meta.url, {
  destroy: (block) => {
    const count = atomics.peek(arena.cells, block);
    for (let i = 0; i < count; i++) dropSlot(numbers[placeOf(block, i)] as number);
  },
});

/** Holds slots of a container, whose lock is held, until {@link letGo}. */
export function holdAll(container: number, slots: number[]): Held {
  if (slots.every(isItself)) return { slots, entry: 0 };
  const home = homeOf(container);
  const block = slots.length > 1 ? blockFor(slots.length, home) : 0;
  if (block === 0) {
    slots.forEach(holdSlot);
    return { slots, entry: 0 };
  }
  atomics.poke(arena.cells, block, 0);
  const entry = addHolding(home, block);
  for (const [i, slot] of slots.entries()) {
    holdSlot(slot);
    numbers[placeOf(block, i)] = slot;
    atomics.poke(arena.cells, block, i + 1);
  }
  return { slots, entry };
}

/** Lets go of them. */
export function letGo({ slots, entry }: Held): void {
  if (entry === 0) slots.forEach(dropSlot);
  else release(takeHolding(homeOf(entry), entry));
}

// Memory that is full can be read all the same: 0 then.
function blockFor(count: number, home: typeof arena): number {
  try {
    return allocate((HEAD_NUMBERS + count) * 8, HELD, home);
  } catch {
    return 0;
  }
}

function placeOf(block: number, index: number): number {
  return block / 2 + HEAD_NUMBERS + index;
}
