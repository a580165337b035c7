// Kills a thread before each step that each operation of a dict takes in shared memory, and looks
// at the dict: it has to be as it was before the operation or as it is after it, and to go on.
// Prints how many threads were killed for each, or what was found broken. Runs with steps-hook.ts.
// Arguments: of how many steps one is taken, and which of them, as all take minutes.
import assert from 'node:assert/strict';
import { SharedDict, Value } from 'heddle/shared';
import type { Key } from 'heddle/shared';
import { Thread } from 'heddle/threading';
import { stopBefore, stopNowhere } from '../../support/steps.ts';

type Dict = SharedDict<Key, unknown>;

const stride = Number(process.argv[2] ?? 1);
const offset = Number(process.argv[3] ?? 0);
const LONG = 'a key that is too long to be in an entry';
const entries: readonly (readonly [Key, unknown])[] = [
  ['a', 'one'],
  [LONG, [2]],
  [3, 3],
];
// One more key, and the table has to grow.
const full: readonly (readonly [Key, unknown])[] = [...entries, [4n, 4], ['last', { five: 5 }]];

const acts: Readonly<Record<string, (dict: Dict) => unknown>> = {
  'set a new key': (dict) => dict.set('new', 'value'),
  'set a new long key': (dict) => dict.set(`${LONG} as well`, 1),
  'set a key': (dict) => dict.set(LONG, 'other'),
  'delete the first': (dict) => dict.delete('a'),
  'delete a long key': (dict) => dict.delete(LONG),
  'delete the last': (dict) => dict.delete(entries.length === dict.size ? 3 : 'last'),
  popitem: (dict) => dict.popitem(),
  pop: (dict) => dict.pop('a'),
  setdefault: (dict) => dict.setdefault('new', 1),
  update: (dict) => dict.update('a', (value) => [value]),
  'merge new keys': (dict) => dict.merge({ x: 1, y: [2], z: 'three' }),
  'merge old keys': (dict) =>
    dict.merge([
      ['a', 1],
      [LONG, 'two'],
      [3, null],
    ] as [Key, unknown][]),
  'merge both': (dict) =>
    dict.merge([
      ['n', 1],
      ['a', 2],
      [`${LONG}!`, 3],
      [3, [4]],
    ]),
  clear: (dict) => dict.clear(),
};

const isStopped = new Value('bool');
const kills: Record<string, number> = {};
let turn = offset % stride;

const check = (dict: Dict, before: unknown, after: unknown, told: string): void => {
  const now = [...dict];
  const isOne = [before, after].some(
    (state) => JSON.stringify(show(state)) === JSON.stringify(show(now)),
  );
  assert.ok(isOne, `${told}: ${JSON.stringify(show(now))}`);
  assert.equal(dict.size, now.length, told);
  for (const [key, value] of now) assert.deepEqual(dict.get(key), value, told);
  // It goes on: what is added is found, and what is taken out is gone.
  const many = Array.from({ length: 40 }, (_, i) => `after ${i}`);
  for (const key of many) dict.set(key, key);
  assert.deepEqual([...dict.keys()], [...now.map(([key]) => key), ...many], told);
  for (const key of many) assert.equal(dict.pop(key), key, told);
  assert.deepEqual([...dict], now, told);
};

const show = (state: unknown): unknown =>
  (state as [Key, unknown][]).map(([key, value]) => [typeof key, String(key), value]);

const filled = (start: typeof entries): Dict => {
  const dict: Dict = new SharedDict();
  for (const [key, value] of start) dict.set(key, value);
  return dict;
};

// false when the operation has fewer steps.
const killAt = (name: string, start: typeof entries, step: number): boolean => {
  const act = acts[name] as (dict: Dict) => unknown;
  const [dict, model] = [filled(start), filled(start)];
  const before = [...dict];
  act(model);
  isStopped.value = false;
  const target = (): boolean => {
    stopBefore(step, () => {
      stopNowhere();
      isStopped.value = true;
    });
    act(dict);
    stopNowhere();
    return true;
  };
  const thread = new Thread({ target, args: [], daemon: true }).start();
  while (!isStopped.value && thread.isAlive());
  const isKilled = isStopped.value;
  if (isKilled) thread.terminate();
  thread.join();
  check(dict, before, [...model], `${name}, before step ${step}`);
  return isKilled;
};

for (const name of Object.keys(acts)) {
  for (const start of [entries, full]) {
    let killed = 0;
    while (killAt(name, start, 1 + turn)) {
      killed += 1;
      turn += stride;
    }
    // Where this operation had no more steps, the next one goes on counting.
    turn %= stride;
    kills[`${name}, of ${start.length}`] = killed;
  }
}
console.log(JSON.stringify(kills));
