// How a queue comes to an end: its tasks, its shutdown, and the death of those who use it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ShutDown, TimeoutError } from 'heddle/queue';
import { turn, until } from '../support/until.ts';
import type { QueueKind } from './queue.contract.ts';
import type { Party } from './world.ts';

/** Runs this part of the contract. */
export function queueEndContract(kind: QueueKind): void {
  tasks(kind);
  shutdown(kind);
  death(kind);
}

function tasks({ name, make, world }: QueueKind): void {
  test(`${name}.taskDone() counts down, and throws when all are done`, () => {
    const queue = make();
    assert.throws(() => queue.taskDone(), RangeError);
    queue.put(1);
    queue.put(2);
    queue.get();
    queue.taskDone();
    assert.equal(queue.unfinishedTasks, 1);
    queue.taskDone();
    assert.throws(() => queue.taskDone(), RangeError);
    assert.equal(queue.unfinishedTasks, 0);
    queue.join();
  });

  test(`${name}.join() waits for the last task, blocked and not, again and again`, async () => {
    const queue = make();
    await queue.joinAsync();
    for (let round = 0; round < 2; round++) {
      for (const item of [1, 2]) queue.put(item);
      await assert.rejects(queue.joinAsync({ timeout: '5ms' }), TimeoutError);
      const joiner = world.start(() => queue.join());
      await until(() => joiner.waitingFor() !== null, 'the wait for the tasks');
      const own = queue.joinAsync();
      const worker = world.start(() => {
        for (let n = 0; n < 2; n++) {
          queue.get();
          queue.taskDone();
        }
      });
      await Promise.all([own, joiner.result(), worker.result()]);
    }
  });

  test(`${name}.joinAsync() rejects with the reason of its signal`, async () => {
    const queue = make();
    queue.put(1);
    const controller = new AbortController();
    const join = queue.joinAsync({ signal: controller.signal });
    await turn();
    controller.abort('enough');
    await assert.rejects(join, (reason) => reason === 'enough');
  });
}

function shutdown({ name, make, world }: QueueKind): void {
  test(`${name}.shutdown() lets what is there be taken, and nothing be put`, async () => {
    const queue = make(1);
    queue.put(1);
    assert.equal(queue.isShutdown, false);
    queue.shutdown();
    assert.equal(queue.isShutdown, true);
    assert.throws(() => queue.put(2), ShutDown);
    await assert.rejects(queue.putAsync(2), ShutDown);
    assert.equal(queue.get(), 1);
    assert.throws(() => queue.get(), ShutDown);
    assert.throws(() => queue.getNowait(), ShutDown);
    await assert.rejects(queue.getAsync(), ShutDown);
    await assert.rejects(queue.joinAsync({ timeout: 0 }), TimeoutError);
    queue.taskDone();
    queue.join();
  });

  test(`${name}.shutdown() wakes all who wait to put and to take`, async () => {
    for (const immediate of [false, true]) {
      const [hollow, full] = [make(), make(1)];
      full.put(1);
      const get = (): number => hollow.get();
      const put = (): void => full.put(2);
      const parties: Party<unknown>[] = [get, get, put, put].map((target) => world.start(target));
      for (const party of parties) await until(() => party.waitingFor() !== null, 'the wait');
      const own = [hollow.getAsync(), full.putAsync(3)];
      await turn();
      const all = Promise.allSettled([...own, ...parties.map((party) => party.result())]);
      hollow.shutdown(immediate);
      full.shutdown(immediate);
      for (const end of await all) {
        assert.ok(end.status === 'rejected' && end.reason instanceof ShutDown, name);
      }
      assert.equal(full.qsize(), immediate ? 0 : 1);
    }
  });

  test(`${name}.shutdown(true) drops what is there as done, and joiners go free`, async () => {
    const queue = make();
    for (const item of [1, 2, 3]) queue.put(item);
    const joiner = world.start(() => queue.join());
    await until(() => joiner.waitingFor() !== null, 'the wait for the tasks');
    const own = queue.joinAsync();
    queue.shutdown();
    queue.shutdown(true);
    await Promise.all([own, joiner.result()]);
    assert.deepEqual([queue.qsize(), queue.unfinishedTasks, queue.isShutdown], [0, 0, true]);
    assert.throws(() => queue.get(), ShutDown);
    assert.throws(() => queue.taskDone(), RangeError);
    queue.shutdown(false);
    assert.throws(() => queue.put(1), ShutDown);
  });

  test(`${name}.shutdown(true) still waits for what had been taken`, async () => {
    const queue = make();
    for (const item of [1, 2, 3]) queue.put(item);
    queue.get();
    const join = queue.joinAsync();
    queue.shutdown(true);
    assert.equal(queue.unfinishedTasks, 1);
    await turn();
    queue.taskDone();
    await join;
  });
}

function death({ name, make, world }: QueueKind): void {
  test(`${name} serves the others when those who waited before them were killed`, async () => {
    const [hollow, full] = [make(), make(1)];
    full.put(1);
    const doomed = [world.start(() => hollow.get()), world.start(() => full.put(2))];
    for (const party of doomed) await until(() => party.waitingFor() !== null, 'the wait');
    const others = [world.start(() => hollow.get()), world.start(() => full.put(3))];
    for (const party of others) await until(() => party.waitingFor() !== null, 'the wait');
    for (const party of doomed) await party.kill();
    hollow.put(4);
    assert.equal(full.get(), 1);
    assert.equal(await others[0]?.result(), 4);
    await others[1]?.result();
    assert.deepEqual([full.get(), hollow.empty(), full.empty()], [3, true, true]);
  });
}
