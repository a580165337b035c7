import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepName, nameOfEnded } from '../../src/kernel/index.ts';
import type { Arena } from '../../src/kernel/index.ts';
import { usageIn } from '../../src/kernel/memory/heap.ts';
import { ENDED_COUNT, SLOT_COUNT } from '../../src/kernel/memory/layout.ts';
import { writeText } from '../../src/kernel/memory/strings.ts';
import { arenasOf } from './arenas.ts';

const UNKNOWN = 'a thread that has ended';

function keep(arena: Arena, tid: number, name: string): void {
  keepName(arena, tid, writeText(arena, name));
}

test('nameOfEnded() tells the name that was kept, and of nobody else', () => {
  const [arena] = arenasOf(1) as [Arena];
  keep(arena, 1027, 'Thread-1 (été)');
  assert.equal(nameOfEnded(arena, 1027), 'Thread-1 (été)');
  assert.equal(nameOfEnded(arena, 1028), UNKNOWN);
});

test('keepName() forgets earlier threads, and never mistakes one for another', () => {
  const [arena] = arenasOf(1) as [Arena];
  // Ids of one slot, generation by generation: more than there is room for.
  const tids = Array.from({ length: 3 * ENDED_COUNT }, (_, turn) => 5 + (turn + 1) * SLOT_COUNT);
  for (const tid of tids) {
    keep(arena, tid, `of ${tid}`);
    assert.equal(nameOfEnded(arena, tid), `of ${tid}`);
  }
  const known = tids.filter((tid) => nameOfEnded(arena, tid) === `of ${tid}`);
  assert.deepEqual(known, tids.slice(-ENDED_COUNT));
  const others = tids.filter((tid) => nameOfEnded(arena, tid) !== `of ${tid}`);
  for (const tid of others) assert.equal(nameOfEnded(arena, tid), UNKNOWN);
  assert.equal(usageIn(arena).blocks, ENDED_COUNT);
});

test('keepName() takes a second name for the same thread, and gives the first one back', () => {
  const [arena] = arenasOf(1) as [Arena];
  keep(arena, 1027, 'before');
  keep(arena, 1027, 'after');
  assert.equal(nameOfEnded(arena, 1027), 'after');
  assert.equal(usageIn(arena).blocks, 1);
});

test('keepName() keeps the names of the first threads of the first slots apart', () => {
  const [arena] = arenasOf(1) as [Arena];
  const tids = Array.from({ length: 64 }, (_, n) => 1 + (n >>> 3) + (1 + (n & 7)) * SLOT_COUNT);
  for (const tid of tids) keep(arena, tid, `of ${tid}`);
  assert.deepEqual(
    tids.map((tid) => nameOfEnded(arena, tid)),
    tids.map((tid) => `of ${tid}`),
  );
});
