// A queue does what an array does, whatever is put, taken and shut down, and in whatever order; and
// when it is empty again, it has given back the memory of its items.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Empty, Full, LifoQueue, PriorityQueue, Queue, ShutDown } from 'heddle/queue';
import { usage } from '../../src/kernel/index.ts';

interface Model {
  readonly queue: Queue<Item>;
  readonly array: Item[];
  max: number;
  done: number;
  put: number;
  /** 0 for open, 1 to puts, 2 altogether. */
  closed: number;
}

type Item = readonly [priority: number, value: unknown];
type Act = (model: Model, order: Order) => void;
type Order = (array: Item[]) => Item;

const item: fc.Arbitrary<Item> = fc.tuple(
  fc.integer({ min: 0, max: 3 }),
  fc.oneof(fc.integer(), fc.string({ maxLength: 3 }), fc.constantFrom(null, undefined, 2 ** -1041)),
);

const put: fc.Arbitrary<Act> = item.map((value) => (model) => {
  const { queue, array, max } = model;
  if (model.closed > 0) return assert.throws(() => queue.putNowait(value), ShutDown);
  if (max > 0 && array.length >= max) return assert.throws(() => queue.putNowait(value), Full);
  queue.putNowait(value);
  array.push(value);
  model.put += 1;
});

const get: fc.Arbitrary<Act> = fc.constant((model, order) => {
  const { queue, array, closed } = model;
  if (array.length === 0)
    return assert.throws(() => queue.getNowait(), closed > 0 ? ShutDown : Empty);
  assert.deepEqual(queue.getNowait(), order(array));
});

const taskDone: fc.Arbitrary<Act> = fc.constant((model) => {
  if (model.done === model.put) return assert.throws(() => model.queue.taskDone(), RangeError);
  model.queue.taskDone();
  model.done += 1;
});

const lower: fc.Arbitrary<Act> = fc.integer({ min: 0, max: 150 }).map((max) => (model) => {
  model.queue.maxsize = max;
  model.max = max;
});

const shutdown: fc.Arbitrary<Act> = fc.boolean().map((immediate) => (model) => {
  model.queue.shutdown(immediate);
  model.closed = Math.max(model.closed, immediate ? 2 : 1);
  // As in Python, what was marked as done before it was taken is not counted twice.
  const dropped = immediate ? model.array.splice(0).length : 0;
  model.put = Math.max(model.done, model.put - dropped);
});

const act = fc.oneof(
  { weight: 60, arbitrary: put },
  { weight: 40, arbitrary: get },
  { weight: 10, arbitrary: taskDone },
  { weight: 3, arbitrary: lower },
  { weight: 1, arbitrary: shutdown },
);

const KINDS: readonly [string, () => Queue<Item>, Order][] = [
  ['Queue', () => new Queue(), (array) => array.shift() as Item],
  ['LifoQueue', () => new LifoQueue(), (array) => array.pop() as Item],
  ['PriorityQueue', () => new PriorityQueue(), takeSmallest],
];

for (const [name, make, order] of KINDS) {
  test(`${name} is an array to which one adds, and from which one takes in its order`, () => {
    const property = fc.property(fc.array(act, { size: '+1', maxLength: 400 }), (acts) => {
      const model: Model = { queue: make(), array: [], max: 0, done: 0, put: 0, closed: 0 };
      const { queue, array } = model;
      const before = usage().blocks;
      for (const one of acts) {
        one(model, order);
        const now = [queue.qsize(), queue.empty(), queue.unfinishedTasks, queue.isShutdown];
        const { length } = array;
        assert.deepEqual(now, [length, length === 0, model.put - model.done, model.closed > 0]);
        assert.equal(queue.full(), model.max > 0 && length >= model.max);
      }
      while (array.length > 0) assert.deepEqual(queue.getNowait(), order(array));
      // As it was dropped with its chunks, or is one chunk, or a larger shelf.
      if (model.closed < 2) assert.ok(usage().blocks <= before);
    });
    fc.assert(property, { numRuns: 100 });
  });
}

function takeSmallest(array: Item[]): Item {
  const smallest = array.reduce((a, b) => (b[0] < a[0] ? b : a));
  return array.splice(array.indexOf(smallest), 1)[0] as Item;
}
