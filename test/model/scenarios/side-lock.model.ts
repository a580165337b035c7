// The side lock: threads that take it, one of them killed; who takes it over is told.
import { arena } from '../../../src/kernel/memory/arena.ts';
import { HEAP } from '../../../src/kernel/memory/layout.ts';
import { peek, poke } from '../../../src/kernel/atomics.ts';
import { lockSide, tryLockSide, unlockSide } from '../../../src/kernel/waiting/side-lock.ts';
import type { Scenario } from '../engine/scenario.ts';

const SIDE = HEAP + 16;
const LEFT = HEAP + 64;
const RIGHT = HEAP + 65;

// Both cells are changed, or neither: who was told of a death makes it so.
function change(wasTold: boolean): void {
  const { cells } = arena;
  if (wasTold) poke(cells, RIGHT, peek(cells, LEFT));
  if (peek(cells, LEFT) !== peek(cells, RIGHT)) throw new Error('Nobody told of the death');
  poke(cells, LEFT, peek(cells, LEFT) + 1);
  poke(cells, RIGHT, peek(cells, RIGHT) + 1);
  unlockSide(arena, SIDE);
}

function take(times = 1): void {
  for (let i = 0; i < times; i++) change(lockSide(arena, SIDE));
}

function tryOnce(): void {
  if (tryLockSide(arena, SIDE)) unlockSide(arena, SIDE);
}

function checkAtLeast(count: number): void {
  change(lockSide(arena, SIDE));
  if (peek(arena.cells, LEFT) <= count) throw new Error('A change was lost');
}

const common = { setUp: () => {}, names: { SIDE, LEFT, RIGHT } };

export const scenarios: Scenario[] = [
  {
    ...common,
    name: 'Side lock: two threads, twice each',
    threads: { A: () => take(2), B: () => take(2) },
    spurious: 1,
    check: () => checkAtLeast(4),
  },
  {
    ...common,
    name: 'Side lock: three threads, and one that only tries',
    threads: { A: () => take(), B: () => take(), C: () => take(), T: tryOnce },
    check: () => checkAtLeast(3),
  },
  {
    ...common,
    name: 'Side lock: three threads, one is killed',
    threads: { V: () => take(), A: () => take(), B: () => take() },
    kills: 1,
    mayDie: ['V'],
    check: () => checkAtLeast(2),
  },
  {
    ...common,
    name: 'Side lock: three threads, two are killed',
    threads: { V: () => take(), W: () => take(), A: () => take() },
    kills: 2,
    mayDie: ['V', 'W'],
    check: () => checkAtLeast(1),
  },
];
