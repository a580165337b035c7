import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Array as SharedArray, Event, Lock, Manager, Process, Queue } from 'heddle/multiprocessing';
import { family } from '../../src/kernel/index.ts';
import { usageIn } from '../../src/kernel/memory/heap.ts';
import { arrayContract } from '../contracts/array.contract.ts';
import { processes } from '../contracts/process-world.ts';
import { runProgram } from '../support/run.ts';
import { until } from '../support/until.ts';

arrayContract({ name: 'Array', make: SharedArray, world: processes });

const LARGE = 2 ** 20;

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Bytes that processes share. */
function used(): number {
  return usageIn(family()).bytes;
}

async function collected(before: number): Promise<void> {
  await until(() => {
    gc();
    return used() <= before + LARGE / 2;
  }, 'the return of the memory');
}

test('Array() is in containers and queues that processes share', async () => {
  const manager = Manager();
  const array = manager.Array('i64', [1n, 2n]);
  const dict = manager.dict({ array });
  const queue = new Queue<BigInt64Array>();
  queue.put(array);
  const target = (): void => {
    (dict.get('array') as BigInt64Array)[0] = 7n;
    queue.get()[1] = 8n;
  };
  await processes.start(target).result();
  assert.deepEqual([...array], [7n, 8n]);
});

test('Array() is changed by processes that take turns without a loss', async () => {
  const [lock, sums] = [new Lock(), SharedArray('f64', 2)];
  const target = (): void => {
    for (let i = 0; i < 500; i++) lock.with(() => void (sums[0] = Number(sums[0]) + 1));
  };
  const parties = [1, 2].map(() => processes.start(target));
  await Promise.all(parties.map((party) => party.result()));
  assert.deepEqual([...sums], [1000, 0]);
});

test('Array() gives its memory back, and that is 0 for the next', async () => {
  const before = used();
  const fill = (): void => {
    SharedArray('u8', 4 * LARGE).fill(255);
    assert.ok(used() >= before + 4 * LARGE);
  };
  fill();
  await collected(before);
  assert.ok(SharedArray('u8', 4 * LARGE).every((byte) => byte === 0));
  await collected(before);
});

test('Array() gives its memory back when a process is killed that has it', async () => {
  const before = used();
  const ready = new Event();
  const target = (): void => {
    const array = SharedArray('u8', LARGE);
    ready.set();
    new Event().wait();
    array.fill(1);
  };
  const child = new Process({ target }).start();
  await ready.waitAsync({ timeout: 15 });
  assert.ok(used() >= before + LARGE);
  child.kill();
  assert.equal(await child.joinAsync({ timeout: 15 }), true);
  await collected(before);
});

test('Array() outlives the process that made it', async () => {
  const queue = new Queue<Uint8Array>();
  const party = processes.start(() => queue.put(SharedArray('u8', [1, 2, 3])));
  const array = await queue.getAsync({ timeout: 15 });
  await party.kill();
  assert.deepEqual([...array], [1, 2, 3]);
});

test('Array() says when there is no room', () => {
  assert.throws(() => SharedArray('u8', 2 ** 31), {
    name: 'HeddleError',
    code: 'ERR_HEDDLE_OUT_OF_MEMORY',
    message: /^Cannot allocate .* of the arena that processes share\n.* HEDDLE_ARENA_MB lower: /,
  });
});

test('Array() says why there is none where memory cannot be shared', async () => {
  const ran = await runProgram(
    `import { Array } from 'heddle/multiprocessing';
    try { Array('i32', 1); } catch (error) { console.log(error.code, error.message); }`,
    { env: { HEDDLE_NO_FFI: '1' } },
  );
  const wanted = 'Cannot share memory between processes here as HEDDLE_NO_FFI is set';
  assert.equal(ran.stdout, `ERR_HEDDLE_NO_SHARED_MEMORY ${wanted}\n`, ran.stderr);
});

test('Array() at the top level of a module is one memory in the threads of a process', async () => {
  const ran = await runProgram(
    `import { Thread } from 'heddle/threading';
    import { table, filled } from './module.ts';
    filled[0] = 5;
    const target = (i: number) => { table[i] = i; return filled.join(); };
    const threads = [1, 2, 3].map((i) => new Thread({ target, args: [i] }).start());
    console.log(threads.map((thread) => thread.result()).join(' '), table.join());`,
    {
      files: {
        'module.ts': `import { Array } from 'heddle/multiprocessing';
          export const table = Array('u8', 4);
          export const filled = Array('f64', [1, 2]);`,
      },
    },
  );
  assert.equal(ran.stdout, '5,2 5,2 5,2 0,1,2,3\n', ran.stderr);
});
