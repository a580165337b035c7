// A SharedList does what an array does, whatever is done to both, and in whatever order; and when
// it is empty again it has given back all of the shared memory.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { SharedList } from '../../src/shared/index.ts';
import { usage } from '../../src/kernel/index.ts';

interface Both {
  readonly list: SharedList<unknown>;
  readonly array: unknown[];
}

type Act = (both: Both) => void;

const item = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double(),
  fc.constantFrom<unknown>(null, undefined, true, false, 2 ** -1041, 5n),
  fc.string({ maxLength: 3 }),
  fc.integer({ min: 0, max: 2 }).map((a) => ({ a })),
  fc.array(fc.boolean(), { maxLength: 2 }),
);
const index = fc.integer({ min: -12, max: 12 });
const items = fc.array(item, { maxLength: 30 });

const act: fc.Arbitrary<Act> = fc.oneof(
  items.map((values): Act => ({ list, array }) => {
    assert.equal(list.push(...values), array.push(...values));
  }),
  items.map((values): Act => ({ list, array }) => {
    list.extend(values);
    array.push(...values);
  }),
  item.map((value): Act => ({ list, array }) => {
    list.append(value);
    array.push(value);
  }),
  fc.tuple(index, item).map(([at, value]): Act => ({ list, array }) => {
    list.insert(at, value);
    array.splice(at, 0, value);
  }),
  fc.tuple(index, item).map(([at, value]): Act => ({ list, array }) => {
    const place = placeIn(array, at);
    if (place === null) return assert.throws(() => list.set(at, value), RangeError);
    list.set(at, value);
    array[place] = value;
  }),
  index.map((at): Act => ({ list, array }) => {
    const place = placeIn(array, at);
    if (place === null) return assert.throws(() => list.delete(at), RangeError);
    list.delete(at);
    array.splice(place, 1);
  }),
  index.map((at): Act => ({ list, array }) => {
    const place = placeIn(array, at);
    assert.deepEqual(list.pop(at), place === null ? undefined : array.splice(place, 1)[0]);
  }),
  fc.constant<Act>(({ list, array }) => assert.deepEqual(list.pop(), array.pop())),
  fc.constant<Act>(({ list, array }) => assert.deepEqual(list.shift(), array.shift())),
  fc.tuple(index, index).map(([start, end]): Act => ({ list, array }) => {
    assert.deepEqual(list.slice(start, end), array.slice(start, end));
  }),
  index.map(
    (at): Act =>
      ({ list, array }) =>
        assert.deepEqual(list.at(at), array.at(at)),
  ),
  item.map((value): Act => ({ list, array }) => {
    const place = array.findIndex((one) => isEqual(one, value));
    assert.equal(list.indexOf(value), place);
    assert.equal(list.includes(value), place >= 0);
    assert.equal(list.count(value), array.filter((one) => isEqual(one, value)).length);
    if (place < 0) return assert.throws(() => list.remove(value), RangeError);
    list.remove(value);
    array.splice(place, 1);
  }),
  fc.constant<Act>(({ list, array }) => {
    list.sort();
    // oxlint-disable-next-line typescript/require-array-sort-compare -- nor has the list one
    array.sort();
  }),
  fc.constant<Act>(({ list, array }) => {
    list.reverse();
    array.reverse();
  }),
  fc.constant<Act>(({ list, array }) => {
    list.clear();
    array.length = 0;
  }),
);

test('SharedList does what an array does, in any order, and gives back its memory', () => {
  const list = new SharedList<unknown>();
  const before = usage();
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      const both: Both = { list, array: [] };
      for (const one of acts) {
        one(both);
        assert.equal(list.length, both.array.length);
        assert.deepEqual(list.toArray(), both.array);
      }
      list.clear();
      assert.deepEqual(usage(), before);
    }),
    { numRuns: 1000 },
  );
});

function placeIn(array: readonly unknown[], at: number): number | null {
  const place = at < 0 ? at + array.length : at;
  return place >= 0 && place < array.length ? place : null;
}

// As the list compares: numbers as includes() has it, what is plain by its contents.
function isEqual(one: unknown, other: unknown): boolean {
  if (typeof one === 'number') return [one].includes(other as number);
  try {
    assert.deepEqual(one, other);
    return true;
  } catch {
    return false;
  }
}
