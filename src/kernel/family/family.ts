// The family: a process, its children, theirs, and the memory that all of them share.
//
// That memory is a second arena. It lies behind the process's own one in the same
// SharedArrayBuffer, of which it is the upper part: there, a file that exists in memory only is
// mapped over the pages that V8 reserved. So a handle says by its size in which of the two a block
// is, one view reaches both, and everything that works on handles works on both.
//
// The first object that processes share makes the file. Children inherit its descriptor; each
// process maps it when it meets the first handle that is in it. The system frees it with the last
// process, whatever way that ends.
//
// Where no memory can be shared (role.ts) the second arena is this process's alone, and what is in
// it is made known to others by messages, in rooms above.
//
// The differences to a process's own arena are here and in liveness.ts: V8 wakes only those who
// wait in its own process, so sleeping and waking are the system's (futex), and an event loop of
// another process is told by a thread of that process, its ringer.
import { HeddleError } from '../../errors/index.ts';
import { add, load, notify, store } from '../atomics.ts';
import type { Awakening } from '../atomics.ts';
import { ask } from '../hub.ts';
import { Arena, arena, inheritedFamily } from '../memory/arena.ts';
import { HEADER, SLOT, SLOT_STATE } from '../memory/layout.ts';
import { claimSlot, enterSlot } from '../table/slots.ts';
import { lockSide, unlockSide } from '../waiting/side-lock.ts';
import { nameSlot } from './name.ts';
import type { Native } from './native.ts';
import { becomeHost, isAlone, nativeIfAny } from './role.ts';

// The system cannot end a thread that sleeps in a call of its own, so no call is longer.
const LONGEST_MS = 100;

/** The arena of the family, as one thread of one process has it. */
class FamilyArena extends Arena {
  readonly #native: Native;
  readonly #address: number;

  constructor(native: Native) {
    super(arena.memory, arena.end);
    this.#native = native;
    this.#address = native.addressOf(arena.memory);
  }

  override wait(index: number, value: number, ms: number): Awakening {
    const address = this.#address + index * 4;
    const sleep = (): Awakening => this.#native.futexWait(address, value, Math.min(ms, LONGEST_MS));
    return arena.unlocked === null ? sleep() : arena.unlocked(sleep);
  }

  override notify(index: number, count: number): void {
    this.#native.futexWake(this.#address + index * 4, count);
  }

  override expectRing(): void {
    const ringer = load(arena.cells, HEADER.RINGER);
    if (ringer === 0) ask({ type: 'ringer' });
    else store(this.cells, this.slotOf(this.slot) + SLOT.RINGER, ringer);
  }

  override ring(slot: number): void {
    if (load(this.cells, slot + SLOT.OS_PID) === process.pid) {
      notify(this.cells, slot + SLOT.READY, 1);
      return;
    }
    const ringer = load(this.cells, slot + SLOT.RINGER);
    // Without one, its event loop has not begun to wait: it looks before it does.
    if (ringer === 0) return;
    const bell = this.slotOf(ringer) + SLOT.MAIL;
    add(this.cells, bell, 1);
    this.notify(bell, 1);
  }
}

let entered: Arena | null = null;

/** The arena that a block is in. */
export function homeOf(handle: number): Arena {
  return handle < arena.end ? arena : family();
}

/** The id that this thread has in the arena of a block. */
export function ownTid(handle: number): number {
  return handle < arena.end ? arena.tid : family().tid;
}

/** Whether a block is in memory that other processes have, too. */
export function isFamily(handle: number): boolean {
  return handle >= arena.end;
}

/**
 * The arena that all processes of the family have.
 *
 * @throws {HeddleError} if memory cannot be shared between processes here
 */
export function family(): Arena {
  return (entered ??= enter());
}

/** The same if this thread has entered it, otherwise null. */
export function familyIfEntered(): Arena | null {
  return entered;
}

/** This process's slot of the thread that has a slot in the family's arena; 0 if there is none. */
export function ownSlotOf(familySlot: number): number {
  for (let number = load(arena.cells, HEADER.SLOTS_HIGH) - 1; number > 0; number--) {
    if (load(arena.cells, arena.slotOf(number) + SLOT.FAMILY) === familySlot) return number;
  }
  return 0;
}

/** What a child is told, and the descriptor it inherits; null while nothing is shared. */
export function bequest(): { descriptor: number; own: number; family: number } | null {
  const descriptor = load(arena.cells, HEADER.FAMILY_DESCRIPTOR) - 1;
  if (descriptor < 0) return null;
  const own = arena.end * 4;
  return { descriptor, own, family: arena.memory.byteLength - own };
}

/** Has the family know this process by the name that it has now. */
export function renameInFamily(): void {
  if (load(arena.cells, HEADER.FAMILY_MAPPED) === 0) return;
  const home = family();
  lockSide(arena, HEADER.FAMILY_LOCK);
  for (const slot of slotsOfThisProcess(home)) nameSlot(home, slot);
  unlockSide(arena, HEADER.FAMILY_LOCK);
}

/** The slots that threads of this process have in the family's arena. */
export function slotsOfThisProcess(home: Arena): number[] {
  const { base, cells } = home;
  const slots: number[] = [];
  for (let number = 1; number < load(cells, base + HEADER.SLOTS_HIGH); number++) {
    const slot = home.slotOf(number);
    const state = load(cells, slot + SLOT.STATE);
    const isHere = load(cells, slot + SLOT.OS_PID) === process.pid;
    if (isHere && state !== SLOT_STATE.FREE && state !== SLOT_STATE.DEAD) slots.push(slot);
  }
  return slots;
}

function enter(): Arena {
  const native = nativeIfAny();
  lockSide(arena, HEADER.FAMILY_LOCK);
  try {
    if (load(arena.cells, HEADER.FAMILY_MAPPED) === 0) map(native);
    const here = native === null ? new Arena(arena.memory, arena.end) : new FamilyArena(native);
    enterSlot(here, claimSlot(here), SLOT_STATE.LIVE);
    nameSlot(here, here.slotOf(here.slot));
    store(arena.cells, arena.slotOf(arena.slot) + SLOT.FAMILY, here.slot);
    return here;
  } finally {
    unlockSide(arena, HEADER.FAMILY_LOCK);
  }
}

function map(native: Native | null): void {
  const start = arena.end * 4;
  const byteLength = arena.memory.byteLength - start;
  if (byteLength === 0) {
    throw new HeddleError(
      'Cannot share memory between processes as HEDDLE_ARENA_MB leaves no addresses for it\n' +
        'Set it to at most 4031',
      { code: 'ERR_HEDDLE_NO_SHARED_MEMORY' },
    );
  }
  if (native === null) {
    new Arena(arena.memory, arena.end).format();
    becomeHost();
    store(arena.cells, HEADER.FAMILY_MAPPED, 1);
    return;
  }
  const inherited = load(arena.cells, HEADER.FAMILY_DESCRIPTOR) - 1;
  const descriptor = inherited < 0 ? native.createMemory(byteLength) : inherited;
  native.mapInto(arena.memory, start, byteLength, descriptor);
  if (inherited < 0) new Arena(arena.memory, arena.end).format();
  store(arena.cells, HEADER.FAMILY_DESCRIPTOR, descriptor + 1);
  store(arena.cells, HEADER.FAMILY_MAPPED, 1);
}

if (inheritedFamily !== null && inheritedFamily.descriptor >= 0 && !isAlone()) {
  store(arena.cells, HEADER.FAMILY_DESCRIPTOR, inheritedFamily.descriptor + 1);
}
