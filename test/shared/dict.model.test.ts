// A SharedDict does what a Map does, whatever is done to both, and in whatever order; and when it
// is empty again it has given back all of the shared memory.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { SharedDict, SharedList } from '../../src/shared/index.ts';
import type { Key } from '../../src/shared/index.ts';
import { usage } from '../../src/kernel/index.ts';

interface Both {
  readonly dict: SharedDict<Key, unknown>;
  readonly map: Map<Key, unknown>;
}

type Act = (both: Both) => void;

// Few keys, so that they meet; of every kind, length and width, and some that look alike.
const key: fc.Arbitrary<Key> = fc.oneof(
  fc.integer({ min: -40, max: 40 }),
  fc.constantFrom<Key>(null, true, false, Number.NaN, -0, 0, '0', 0n, '', 'null', 'NaN', 'true'),
  fc.constantFrom<Key>(1, '1', 1n, -1n, 2n ** 70n, 2 ** -1041, Infinity, '\ud800', 'é'.repeat(9)),
  fc.integer({ min: 0, max: 40 }).map((n) => `key number ${n}, which has a block of its own`),
  fc.integer({ min: 0, max: 40 }).map((n) => `κλειδί ${n}`),
  fc.string({ maxLength: 2 }),
  fc.bigInt({ min: -20n, max: 20n }),
  fc.double(),
);
const inner = new SharedList([1]);
const value = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom<unknown>(null, undefined, true, 5n, 2 ** -1041, inner),
  fc.string({ maxLength: 40 }),
  fc.record({ a: fc.integer(), inner: fc.constant(inner) }),
);
const entries = fc.array(fc.tuple(key, value), { maxLength: 30 });

const other: fc.Arbitrary<Act> = fc.oneof(
  key.map((one): Act => ({ dict, map }) => {
    assert.equal(dict.has(one), map.has(one));
    assert.deepEqual(dict.get(one), map.get(one));
    assert.deepEqual(dict.get(one, 'none'), map.has(one) ? map.get(one) : 'none');
  }),
  key.map((one): Act => ({ dict, map }) => {
    assert.deepEqual(dict.pop(one), map.get(one));
    map.delete(one);
  }),
  fc.constant<Act>(({ dict, map }) => {
    const last = [...map].at(-1);
    assert.deepEqual(dict.popitem(), last);
    if (last !== undefined) map.delete(last[0]);
  }),
  fc.tuple(key, value).map(([one, item]): Act => ({ dict, map }) => {
    if (!map.has(one)) map.set(one, item);
    assert.deepEqual(dict.setdefault(one, item), map.get(one));
  }),
  entries.map((many): Act => ({ dict, map }) => {
    dict.merge(many);
    for (const [one, item] of many) map.set(one, item);
  }),
  fc.dictionary(fc.string({ maxLength: 2 }), value).map((record): Act => ({ dict, map }) => {
    dict.merge(record);
    for (const [one, item] of Object.entries(record)) map.set(one, item);
  }),
);

const edit: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(key, value).map(([one, item]): Act => ({ dict, map }) => {
      assert.equal(dict.set(one, item), dict);
      map.set(one, item);
    }),
  },
  {
    weight: 3,
    arbitrary: key.map((one): Act => ({ dict, map }) => {
      assert.equal(dict.delete(one), map.delete(one));
    }),
  },
);

const simple: fc.Arbitrary<Act> = fc.oneof(
  { weight: 16, arbitrary: edit },
  { weight: 16, arbitrary: other },
  { weight: 1, arbitrary: fc.constant<Act>(({ dict, map }) => (dict.clear(), map.clear())) },
);

// The function of an update may do anything to the same dict, and may throw in the end.
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: simple },
  fc
    .tuple(key, fc.array(simple, { maxLength: 5 }), value, fc.boolean())
    .map(([one, acts, item, fails]): Act => ({ dict, map }) => {
      const update = (): unknown =>
        dict.update(one, (current) => {
          assert.deepEqual(current, map.get(one));
          for (const each of acts) each({ dict, map });
          if (fails) throw new RangeError('Cannot go on');
          return item;
        });
      if (fails) return assert.throws(update, RangeError);
      assert.deepEqual(update(), item);
      map.set(one, item);
    }),
  fc.array(simple, { maxLength: 5 }).map((acts): Act => ({ dict, map }) => {
    dict.transaction((same) => {
      assert.equal(same, dict);
      for (const each of acts) each({ dict, map });
    });
  }),
);

test('SharedDict does what a Map does, in any order, and gives back its memory', () => {
  const dict = new SharedDict<Key, unknown>();
  const empty = usage();
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const both: Both = { dict, map: new Map() };
      for (const one of acts) {
        one(both);
        assert.equal(dict.size, both.map.size);
      }
      assert.deepEqual([...dict], [...both.map]);
      assert.deepEqual([...dict.keys()], [...both.map.keys()]);
      assert.deepEqual([...dict.values()], [...both.map.values()]);
      dict.clear();
      assert.deepEqual(usage(), empty);
    }),
    { numRuns: 1000 },
  );
});
