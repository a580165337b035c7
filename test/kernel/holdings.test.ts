import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocate, arena, defineKind, referencesTo, retain } from '../../src/kernel/index.ts';
import { addHolding, releaseHoldings } from '../../src/kernel/memory/holdings.ts';
import { burySlot } from '../../src/kernel/table/slots.ts';
import { anotherThread } from './arenas.ts';

let failing = 0;
const kind = defineKind('HoldingsTest', import.meta.url, {
  destroy: (handle) => {
    if (handle === failing) throw new RangeError('cannot go');
  },
});

test('releaseHoldings() gives back the others of one that fails, and tells of that', () => {
  const other = anotherThread(arena.memory);
  const [first, second, third] = [0, 1, 2].map(() => allocate(8, kind)) as [number, number, number];
  for (const handle of [first, third]) retain(handle);
  for (const handle of [first, second, third]) addHolding(other, handle);
  failing = second;
  assert.throws(() => releaseHoldings(arena, other.slot), { message: 'cannot go' });
  assert.deepEqual([first, third].map(referencesTo), [1, 1]);
  // Nothing is given back twice.
  releaseHoldings(arena, other.slot);
  assert.deepEqual([first, third].map(referencesTo), [1, 1]);
  burySlot(arena, other.slot);
});
