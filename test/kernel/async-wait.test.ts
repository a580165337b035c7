// Real waits of this thread's event loop; the other party is a second view of the same arena. That
// it has not got anything yet is seen after a turn of the loop, in which it would have.
import { nowMs } from '../../src/kernel/deadline.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  allocate,
  arena,
  atomics,
  attended,
  cells,
  initPrim,
  lockAsync,
  PRIM,
  PRIM_TYPE,
  release,
  setEvent,
  TAKEN,
  TAKEN_ABANDONED,
  tryLock,
  unlock,
  waitEventAsync,
} from '../../src/kernel/index.ts';
import { NODE, NODE_STATE } from '../../src/kernel/memory/layout.ts';
import { burySlot } from '../../src/kernel/table/slots.ts';
import { waitAsynchronously } from '../../src/kernel/waiting/async-wait.ts';
import { nowUs } from '../../src/kernel/waiting/clock.ts';
import { wakeNode } from '../../src/kernel/waiting/wait-list.ts';
import { runProgram } from '../support/run.ts';
import { turn } from '../support/until.ts';
import { anotherThread } from './arenas.ts';

const FOR_EVER = { deadlineMs: Infinity };
const nothing = (): void => {};

function prim(type: number): number {
  const handle = allocate(PRIM.CELLS * 4);
  initPrim(arena, handle, type);
  return handle;
}

/** A lock that this thread holds. */
function heldLock(): number {
  const lock = prim(PRIM_TYPE.LOCK);
  assert.equal(tryLock(arena, lock), TAKEN);
  return lock;
}

/** The node of the wait that was begun last. */
function lastNode(): number {
  return [...attended()].at(-1) ?? 0;
}

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  await turn();
  await turn();
  return (await Promise.race([promise, Promise.resolve(nothing)])) === nothing;
}

/** Keeps the event loop from turning. */
function standStill(ms: number): void {
  for (const endMs = nowMs() + ms; nowMs() < endMs;);
}

function starve(node: number): void {
  atomics.poke(cells, node + NODE.SINCE, nowUs() - 5000);
}

test('lockAsync() that is woken while it begins to wait leaves nothing', async () => {
  const timers = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const controller = new AbortController();
  const patience = { deadlineMs: nowMs() + 60_000, signal: controller.signal };
  const unused = (): never => assert.fail('the wait was over');
  const outcome = await waitAsynchronously(
    arena,
    {
      takeOrQueue: (node, again) => {
        if (again) return 7;
        // Another thread wakes it before this one rings its bell.
        atomics.store(cells, node + NODE.STATE, NODE_STATE.WOKEN);
        wakeNode(arena, node);
        return 0;
      },
      tryTake: unused,
      accept: unused,
      giveBack: unused,
      forfeit: unused,
      withdraw: unused,
      afterSlice: nothing,
    },
    patience,
  );
  assert.equal(outcome, 7);
  controller.abort();
  assert.deepEqual([timers(), [...attended()]], [before, []]);
});

test('lockAsync() takes a free lock at once, and waits for one that is held', async () => {
  const lock = prim(PRIM_TYPE.LOCK);
  assert.equal(await lockAsync(arena, lock, FOR_EVER), TAKEN);
  const second = lockAsync(arena, lock, FOR_EVER);
  assert.equal(await isPending(second), true);
  unlock(arena, lock);
  assert.equal(await second, TAKEN);
  assert.deepEqual([...attended()], []);
});

test('lockAsync() serves waiters in the order of their arrival', async () => {
  const lock = heldLock();
  const order: number[] = [];
  const waits = [1, 2, 3, 4].map(async (number) => {
    await lockAsync(arena, lock, FOR_EVER);
    order.push(number);
    unlock(arena, lock);
  });
  unlock(arena, lock);
  await Promise.all(waits);
  assert.deepEqual(order, [1, 2, 3, 4]);
});

test('lockAsync() gives 0 when the time is up, not before, and leaves the queue', async () => {
  const lock = heldLock();
  const deadlineMs = nowMs() + 5;
  assert.equal(await lockAsync(arena, lock, { deadlineMs }), 0);
  assert.ok(nowMs() >= deadlineMs);
  assert.equal(await lockAsync(arena, lock, { deadlineMs: 0 }), 0);
  assert.equal(cells[lock + PRIM.HEAD], 0);
  assert.equal(unlock(arena, lock), true);
  assert.equal(await lockAsync(arena, lock, { deadlineMs: 0 }), TAKEN);
});

test('lockAsync() rejects with the reason of its signal, and leaves the queue', async () => {
  const lock = heldLock();
  const reason = new Error('enough');
  const controller = new AbortController();
  const wait = lockAsync(arena, lock, { ...FOR_EVER, signal: controller.signal });
  controller.abort(reason);
  await assert.rejects(wait, reason);
  assert.equal(cells[lock + PRIM.HEAD], 0);
  assert.deepEqual([...attended()], []);
});

test('lockAsync() rejects at once when the signal is aborted before', async () => {
  const signal = AbortSignal.abort('before');
  const free = prim(PRIM_TYPE.LOCK);
  for (const lock of [free, heldLock()]) {
    const wait = lockAsync(arena, lock, { ...FOR_EVER, signal });
    await assert.rejects(wait, (reason) => reason === 'before');
  }
  assert.equal(tryLock(arena, free), TAKEN);
});

test('lockAsync() passes the wake-up on when it is aborted after it was woken', async () => {
  const lock = heldLock();
  const controller = new AbortController();
  const first = lockAsync(arena, lock, { ...FOR_EVER, signal: controller.signal });
  const second = lockAsync(arena, lock, FOR_EVER);
  unlock(arena, lock); // the first is woken, and hears of it at the next turn
  controller.abort('too late');
  await assert.rejects(first, (reason) => reason === 'too late');
  assert.equal(await second, TAKEN);
});

test('lockAsync() gives a lock back that was handed to it, when it is aborted', async () => {
  const lock = heldLock();
  const other = anotherThread(arena.memory);
  const controller = new AbortController();
  const first = lockAsync(arena, lock, { ...FOR_EVER, signal: controller.signal });
  const node = lastNode();
  // It is handed the lock only after it was woken once and lost.
  unlock(arena, lock);
  assert.equal(tryLock(other, lock), TAKEN);
  assert.equal(await isPending(first), true);
  starve(node);
  const second = lockAsync(arena, lock, FOR_EVER);
  unlock(other, lock);
  assert.equal((cells[lock + PRIM.WORD] ?? 0) & 0x0fff_ffff, arena.tid);
  controller.abort('too late');
  await assert.rejects(first, (reason) => reason === 'too late');
  assert.equal(await second, TAKEN);
  burySlot(arena, other.slot);
});

test('lockAsync() takes a lock after its time, when it had been woken before', async () => {
  const lock = heldLock();
  const wait = lockAsync(arena, lock, { deadlineMs: nowMs() + 50 });
  unlock(arena, lock);
  standStill(60); // its time runs out before the event loop turns
  assert.equal(await wait, TAKEN);
});

test('lockAsync() passes the wake-up on when its time is up and another has the lock', async () => {
  const lock = heldLock();
  const other = anotherThread(arena.memory);
  const first = lockAsync(arena, lock, { deadlineMs: nowMs() + 5 });
  const second = lockAsync(arena, lock, FOR_EVER);
  unlock(arena, lock);
  tryLock(other, lock);
  standStill(10);
  assert.equal(await first, 0);
  unlock(other, lock);
  assert.equal(await second, TAKEN);
  burySlot(arena, other.slot);
});

test('lockAsync() is told when the lock was abandoned, free or waited for', async () => {
  const other = anotherThread(arena.memory);
  const lock = prim(PRIM_TYPE.LOCK);
  tryLock(other, lock);
  const wait = lockAsync(arena, lock, FOR_EVER);
  burySlot(arena, other.slot);
  assert.equal(await wait, TAKEN_ABANDONED);
  const another = anotherThread(arena.memory);
  const left = prim(PRIM_TYPE.LOCK);
  tryLock(another, left);
  burySlot(arena, another.slot);
  assert.equal(await lockAsync(arena, left, FOR_EVER), TAKEN_ABANDONED);
});

test('waitEventAsync() resolves when the event is set, and for all', async () => {
  const event = prim(PRIM_TYPE.EVENT);
  const waits = [1, 2, 3].map(() => waitEventAsync(arena, event, FOR_EVER, nothing));
  assert.equal(await isPending(waits[0] as Promise<boolean>), true);
  setEvent(arena, event);
  assert.deepEqual(await Promise.all(waits), [true, true, true]);
  assert.equal(await waitEventAsync(arena, event, { deadlineMs: 0 }, nothing), true);
});

test('waitEventAsync() resolves with false after its time, and rejects when aborted', async () => {
  const event = prim(PRIM_TYPE.EVENT);
  const deadlineMs = nowMs() + 5;
  assert.equal(await waitEventAsync(arena, event, { deadlineMs }, nothing), false);
  assert.ok(nowMs() >= deadlineMs);
  const controller = new AbortController();
  const patience = { ...FOR_EVER, signal: controller.signal };
  const wait = waitEventAsync(arena, event, patience, nothing);
  controller.abort('enough');
  await assert.rejects(wait, (reason) => reason === 'enough');
  assert.deepEqual([...attended()], []);
  release(event);
});

test('waitEventAsync() keeps the program alive', async () => {
  const kernel = new URL('../../src/kernel/index.ts', import.meta.url).href;
  const ran = await runProgram(`
    import * as kernel from ${JSON.stringify(kernel)};
    const event = kernel.allocate(kernel.PRIM.CELLS * 4);
    kernel.initPrim(kernel.arena, event, kernel.PRIM_TYPE.EVENT);
    const patience = { deadlineMs: Infinity };
    kernel.waitEventAsync(kernel.arena, event, patience, () => {}).then(() => console.log('set'));
    setTimeout(() => kernel.setEvent(kernel.arena, event), 100).unref();
    process.on('exit', () => console.log('end'));
  `);
  assert.equal(ran.stdout, 'set\nend\n');
});
