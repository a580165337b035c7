// The ends of processes that have no memory in common, in whole programs: nothing of what stands
// for the shared objects may keep a child alive.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '../support/run.ts';

test('Process without koffi ends after the answer to the last asynchronous call', async () => {
  // After each call the child tells what keeps its loop alive; after the last that is all there is.
  const ran = await runProgram(
    `
    import { print } from 'heddle';
    import { Condition, Event, Process, Queue, RLock } from 'heddle/multiprocessing';
    const [queue, lock] = [new Queue(), new RLock()];
    const [condition, never] = [new Condition(), new Event()];
    const target = async () => {
      const turn = () => new Promise((resolve) => setImmediate(resolve));
      const calls: Record<string, () => Promise<unknown>> = {
        put: () => queue.putAsync(1),
        with: () => lock.withAsync(() => lock.withAsync(turn)),
        condition: () => condition.withAsync(() => condition.waitAsync({ timeout: '10ms' })),
        late: () => never.waitAsync({ timeout: '10ms' }),
        aborted: () => never.waitAsync({ signal: AbortSignal.timeout(10) }).catch(turn),
        // The answer comes while this thread blocks for another; the loop hears of it later.
        blocked: async () => {
          const item = queue.getAsync();
          queue.empty();
          await item;
          queue.put(1);
          await turn();
        },
        get: () => queue.getAsync(),
      };
      for (const [name, call] of Object.entries(calls)) {
        await call();
        await turn();
        print(name, process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout'));
      }
    };
    const child = new Process({ target }).start();
    child.join();
    print(child.exitcode);`,
    { env: { HEDDLE_NO_FFI: '1' } },
  );
  const calls = ['put', 'with', 'condition', 'late', 'aborted', 'blocked', 'get'];
  const told = ran.stdout.trimEnd().split('\n');
  assert.deepEqual(told, [...calls.map((name) => `${name} []`), '0'], ran.stderr);
});

test('Process without koffi ends after a call that its target does not await', async () => {
  const ran = await runProgram(
    `
    import { print } from 'heddle';
    import { Process, Queue } from 'heddle/multiprocessing';
    const queue = new Queue<number>();
    const target = async () => void queue.putAsync(1);
    const child = new Process({ target }).start();
    child.join();
    print(child.exitcode, queue.get());`,
    { env: { HEDDLE_NO_FFI: '1' } },
  );
  assert.equal(ran.stdout, '0 1\n', ran.stderr);
});
