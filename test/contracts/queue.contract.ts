// What every queue promises, whatever its order, and whoever the parties are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Empty, Full } from 'heddle/queue';
import { turn, until } from '../support/until.ts';
import { queueEndContract } from './queue-end.contract.ts';
import { badTimes } from './world.ts';
import type { FullQueue, World } from './world.ts';

/** A kind of queue, to be run through the contract. Its items are numbers. */
export interface QueueKind {
  /** Of its class, as it stands in titles and messages. */
  readonly name: string;
  readonly make: (maxsize?: number, options?: { name?: string }) => FullQueue<number>;
  /** The order in which 1, 3, 2 leave. */
  readonly order: readonly number[];
  readonly world: World;
}

/** Runs the whole contract. */
export function queueContract(kind: QueueKind): void {
  oneParty(kind);
  badArguments(kind);
  waiting(kind);
  asynchronous(kind);
  queueEndContract(kind);
}

function oneParty({ name, make, order, world }: QueueKind): void {
  test(`${name} gives items in its order, and counts them`, async () => {
    const queue = make(3);
    assert.deepEqual([queue.qsize(), queue.empty(), queue.full()], [0, true, false]);
    for (const item of [1, 3, 2]) queue.put(item);
    assert.deepEqual([queue.qsize(), queue.empty(), queue.full()], [3, false, true]);
    assert.equal(await world.start(() => queue.qsize()).result(), 3);
    assert.deepEqual([queue.get(), queue.getNowait(), await queue.getAsync()], order);
    assert.equal(queue.empty(), true);
  });

  test(`${name} without a bound takes more than fit into any part of it`, () => {
    const queue = make();
    const items = Array.from({ length: 1000 }, (_, i) => i);
    for (let round = 0; round < 3; round++) {
      for (const item of items) queue.put(item);
      assert.deepEqual([queue.qsize(), queue.full()], [1000, false]);
      const taken = items.map(() => queue.get());
      assert.deepEqual(
        taken.toSorted((a, b) => a - b),
        items,
      );
    }
  });

  test(`${name}.maxsize bounds it, may be lowered below its size, and raised`, async () => {
    const queue = make(2);
    assert.equal(queue.maxsize, 2);
    for (const item of [1, 2]) queue.putNowait(item);
    assert.throws(() => queue.putNowait(3), Full);
    queue.maxsize = 1;
    queue.get();
    assert.deepEqual([queue.maxsize, queue.full(), queue.qsize()], [1, true, 1]);
    const puts = [3, 4].map((item) => queue.putAsync(item));
    await turn();
    assert.equal(queue.qsize(), 1);
    queue.maxsize = 3;
    await Promise.all(puts);
    assert.deepEqual([queue.qsize(), queue.full()], [3, true]);
    queue.maxsize = 0;
    queue.putNowait(5);
    assert.deepEqual([queue.qsize(), queue.full()], [4, false]);
    assert.equal(make(-1).full(), false);
    assert.equal(make(Infinity).full(), false);
  });
}

function badArguments({ name, make, world }: QueueKind): void {
  test(`${name} refuses bounds that mean nothing`, () => {
    for (const maxsize of ['3', null, 2n, {}])
      assert.throws(() => make(maxsize as never), TypeError);
    for (const maxsize of [1.5, NaN, 2 ** 31]) assert.throws(() => make(maxsize), RangeError);
    const queue = make(1);
    assert.throws(() => {
      queue.maxsize = 0.5;
    }, RangeError);
    assert.equal(queue.maxsize, 1);
  });

  test(`${name} refuses times and options that mean nothing`, async () => {
    const queue = make(1);
    for (const timeout of badTimes(world)) {
      assert.throws(() => queue.get({ timeout }), RangeError);
      assert.throws(() => queue.put(1, { timeout }), RangeError);
      await assert.rejects(queue.getAsync({ timeout }), RangeError);
      await assert.rejects(queue.putAsync(1, { timeout }), RangeError);
      await assert.rejects(queue.joinAsync({ timeout }), RangeError);
    }
    for (const options of [null, true, 5, { timeout: NaN }, { timeout: 'soon' }] as never[]) {
      assert.throws(() => queue.get(options), TypeError);
      assert.throws(() => queue.put(1, options), TypeError);
      await assert.rejects(queue.getAsync(options), TypeError);
      await assert.rejects(queue.putAsync(1, options), TypeError);
    }
    assert.throws(() => queue.get({ blocking: 'no' } as never), TypeError);
    assert.throws(() => queue.put(1, { blocking: 'no' } as never), TypeError);
    assert.equal(queue.qsize(), 0);
  });

  test(`${name} ignores the time-out of a call that does not wait`, () => {
    const queue = make(1);
    assert.throws(() => queue.get({ blocking: false, timeout: -1 }), Empty);
    queue.put(1, { blocking: false, timeout: -1 });
    assert.throws(() => queue.put(2, { blocking: false, timeout: 60 }), Full);
    assert.equal(queue.get({ blocking: false, timeout: 60 }), 1);
  });

  test(`${name} tells what is full, empty or shut down, by class, code and item`, () => {
    const queue = make(1, { name: 'belt' });
    const named = new RegExp(`${name} "belt"`);
    assert.throws(() => queue.getNowait(), { code: 'ERR_HEDDLE_QUEUE_EMPTY', message: named });
    queue.put(1);
    const full = { code: 'ERR_HEDDLE_QUEUE_FULL', item: 2, message: named };
    assert.throws(() => queue.putNowait(2), full);
    queue.shutdown();
    const shut = { code: 'ERR_HEDDLE_QUEUE_SHUT_DOWN', message: named };
    assert.throws(() => queue.putNowait(2), shut);
  });
}

function waiting({ name, make, world }: QueueKind): void {
  test(`${name}.get() and put() give up when the time is up, and never before`, async () => {
    const queue = make(1);
    const begin = performance.now();
    assert.throws(() => queue.get({ timeout: '20ms' }), Empty);
    await assert.rejects(queue.getAsync({ timeout: '20ms' }), Empty);
    queue.put(1);
    assert.throws(() => queue.put(2, { timeout: '20ms' }), Full);
    await assert.rejects(queue.putAsync(2, { timeout: '20ms' }), Full);
    assert.ok(performance.now() - begin >= 80);
    assert.throws(() => queue.put(2, { timeout: 0 }), Full);
    await assert.rejects(queue.putAsync(2, { timeout: 0 }), Full);
    assert.deepEqual([queue.get({ timeout: 0 }), queue.qsize()], [1, 0]);
    assert.throws(() => queue.get({ timeout: 0 }), Empty);
    await assert.rejects(queue.getAsync({ timeout: 0 }), Empty);
  });

  test(`${name}.get() blocks until another party puts`, async () => {
    const queue = make(0, { name: 'belt' });
    const party = world.start(() => queue.get());
    await until(() => party.waitingFor() === `${name} "belt"`, 'the wait for an item');
    queue.put(7);
    assert.equal(await party.result(), 7);
    // The other way round: this thread blocks, and its event loop stands still.
    world.start(() => queue.put(8));
    assert.equal(queue.get({ timeout: 15 }), 8);
  });

  test(`${name}.put() blocks until another party takes`, async () => {
    const queue = make(1, { name: 'belt' });
    queue.put(1);
    const party = world.start(() => queue.put(2));
    await until(() => party.waitingFor() === `${name} "belt"`, 'the wait for room');
    assert.equal(queue.get(), 1);
    await party.result();
    assert.equal(queue.get(), 2);
    queue.put(3);
    world.start(() => queue.get());
    queue.put(4, { timeout: 15 });
    assert.equal(queue.get({ timeout: 15 }), 4);
  });

  test(`${name} serves those who wait in the order of their arrival, both colours`, async () => {
    const queue = make();
    const served: string[] = [];
    const note = (who: string) => (): void => void served.push(who);
    const first = queue.getAsync().then(note('first'));
    const party = world.start(() => queue.get());
    await until(() => party.waitingFor() !== null, 'the wait for an item');
    const second = party.result().then(note('second'));
    const third = queue.getAsync().then(note('third'));
    for (const next of [first, second, third]) {
      queue.put(1);
      await next;
    }
    assert.deepEqual(served, ['first', 'second', 'third']);
  });

  test(`${name} serves a blocked party while the loop before it cannot answer`, async () => {
    const queue = make();
    const own = queue.getAsync();
    await turn();
    const party = world.start(() => queue.get());
    await until(() => party.waitingFor() !== null, 'the wait for an item');
    // This very loop is first in line, and is blocked until the other has been served.
    const done = make();
    const other = world.start(() => {
      queue.put(1);
      while (queue.qsize() > 0);
      done.put(1);
    });
    assert.equal(done.get({ timeout: 15 }), 1);
    queue.put(2);
    const both = [await own, await party.result()];
    await other.result();
    assert.deepEqual(
      both.toSorted((a, b) => a - b),
      [1, 2],
    );
  });

  test(`${name} loses and doubles nothing between four parties of both colours`, async () => {
    const each = 300;
    for (const maxsize of [0, 1, 7]) {
      const queue = make(maxsize);
      const produce = async (from: number): Promise<void> => {
        for (let item = from; item < from + each; item++) {
          if (item % 3 === 0) await queue.putAsync(item);
          else queue.put(item);
        }
      };
      const consume = async (mayBlock: boolean): Promise<number[]> => {
        const items: number[] = [];
        for (;;) {
          const blocks = mayBlock && items.length % 3 !== 0;
          const item = blocks ? queue.get() : await queue.getAsync();
          if (item < 0) return items;
          items.push(item);
        }
      };
      const consumers = [1, 2].map(() => world.start(consume, true));
      const producers = [0, each].map((from) => world.start(produce, from));
      const own = consume(false);
      await Promise.all(producers.map((party) => party.result()));
      await until(() => queue.empty(), 'the end of the items');
      for (let n = 0; n < 3; n++) await queue.putAsync(-1);
      const taken = await Promise.all([own, ...consumers.map((party) => party.result())]);
      assert.deepEqual(
        taken.flat().toSorted((a, b) => a - b),
        Array.from({ length: 2 * each }, (_, i) => i),
      );
    }
  });
}

function asynchronous({ name, make, world }: QueueKind): void {
  test(`${name}.getAsync() that is aborted takes no item and no wake-up`, async () => {
    const queue = make();
    const controller = new AbortController();
    const doomed = queue.getAsync({ signal: controller.signal });
    const next = queue.getAsync();
    await turn();
    // The first in line is told of the item, and then aborted.
    queue.put(1);
    controller.abort('enough');
    await assert.rejects(doomed, (reason) => reason === 'enough');
    assert.equal(await next, 1);
    const late = queue.getAsync({ signal: controller.signal });
    queue.put(2);
    await assert.rejects(late, (reason) => reason === 'enough');
    assert.deepEqual([queue.qsize(), queue.get()], [1, 2]);
  });

  test(`${name}.putAsync() that is aborted puts nothing`, async () => {
    const queue = make(1);
    queue.put(1);
    const controller = new AbortController();
    const doomed = queue.putAsync(2, { signal: controller.signal });
    const next = queue.putAsync(3);
    await turn();
    assert.equal(queue.get(), 1);
    controller.abort('enough');
    await assert.rejects(doomed, (reason) => reason === 'enough');
    await next;
    assert.deepEqual([queue.qsize(), queue.get()], [1, 3]);
    const late = queue.putAsync(4, { signal: controller.signal });
    await assert.rejects(late, (reason) => reason === 'enough');
    assert.equal(queue.qsize(), 0);
  });

  test(`${name} loses nothing to waits that end as items come`, async () => {
    const queue = make(2);
    const wait = async (own: number): Promise<number> => {
      let taken = 0;
      for (let round = 0; round < 150; round++) {
        const timeout = ((round + own) % 3) / 1000;
        try {
          if ((round + own) % 2 === 0) queue.get({ timeout });
          else await queue.getAsync({ timeout });
          taken += 1;
        } catch (error) {
          if (!(error instanceof Empty)) throw error;
        }
      }
      return taken;
    };
    const parties = [1, 2].map((own) => world.start(wait, own));
    const race = { isRunning: true, put: 0, aborted: 0, taken: 0 };
    const all = Promise.all(parties.map((party) => party.result())).finally(() => {
      race.isRunning = false;
    });
    while (race.isRunning) {
      const controller = new AbortController();
      const { signal } = controller;
      const own = queue.getAsync({ signal }).then(
        () => (race.taken += 1),
        () => (race.aborted += 1),
      );
      const put = queue.putAsync(1, { signal }).then(
        () => (race.put += 1),
        () => (race.aborted += 1),
      );
      await turn();
      controller.abort();
      await Promise.all([own, put]);
    }
    const taken = (await all).reduce((a, b) => a + b, race.taken);
    assert.equal(queue.qsize(), race.put - taken);
  });

  test(`${name} is iterated in both colours until it is shut down and empty`, async () => {
    const queue = make();
    const party = world.start(() => [...queue]);
    for (const item of [1, 2, 3]) queue.put(item);
    queue.shutdown();
    assert.equal((await party.result()).length, 3);
    const other = make();
    const items: number[] = [];
    const all = (async () => {
      for await (const item of other) items.push(item);
    })();
    for (const item of [1, 2, 3]) {
      other.put(item);
      await until(() => items.length === item, 'the item');
    }
    other.shutdown();
    await all;
    assert.deepEqual(items, [1, 2, 3]);
  });
}
