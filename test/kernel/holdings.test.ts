import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocate, arena, defineKind, referencesTo, retain } from '../../src/kernel/index.ts';
import { addHolding, releaseHoldings } from '../../src/kernel/memory/holdings.ts';
import { burySlot } from '../../src/kernel/table/slots.ts';
import { anotherThread } from './arenas.ts';

let fatal = 0;
const kind = defineKind('HoldingsTest', import.meta.url, {
  destroy: (handle) => {
    if (handle === fatal) throw new RangeError('stopped here');
  },
});

test('releaseHoldings() leaves to the next what it has not come to', () => {
  const other = anotherThread(arena.memory);
  const [first, second, third] = [0, 1, 2].map(() => allocate(8, kind)) as [number, number, number];
  for (const handle of [first, third]) retain(handle);
  for (const handle of [first, second, third]) addHolding(other, handle);
  // The newest comes first. As when a process is killed in the midst of it.
  fatal = second;
  assert.throws(() => releaseHoldings(arena, other.slot), RangeError);
  assert.deepEqual([first, third].map(referencesTo), [2, 1]);
  releaseHoldings(arena, other.slot);
  assert.deepEqual([first, third].map(referencesTo), [1, 1]);
  releaseHoldings(arena, other.slot);
  assert.equal(referencesTo(first), 1);
  burySlot(arena, other.slot);
});
