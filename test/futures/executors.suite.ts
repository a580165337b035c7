// What executors of threads and of processes have in common, beyond CPython's cases (test/python).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromModule } from 'heddle';
import { BrokenExecutor, TimeoutError, TransferError, WorkerDiedError } from 'heddle/futures';
import type { ExecutorOptions, ProcessPoolExecutor, ThreadPoolExecutor } from 'heddle/futures';
import { Barrier, Event, Value } from 'heddle/multiprocessing';
import { Thread } from 'heddle/threading';
import { until } from '../support/until.ts';

export type AnyExecutor = ThreadPoolExecutor | ProcessPoolExecutor;

const give = <T>(value: T): T => value;
const range = (end: number): number[] => Array.from({ length: end }, (_, i) => i);
const LIMIT = '15s';

/** Ways in which a task can go wrong; those that end its worker break the executor. */
const CRASHES: Readonly<Record<string, { readonly act: () => unknown; readonly on: string }>> = {
  'process.exit()': { act: () => process.exit(7), on: 'both' },
  'process.exit(0)': { act: () => process.exit(0), on: 'both' },
  SIGKILL: { act: () => process.kill(process.pid, 'SIGKILL'), on: 'ProcessPoolExecutor' },
  SIGSEGV: { act: () => process.kill(process.pid, 'SIGSEGV'), on: 'ProcessPoolExecutor' },
  'process.abort()': { act: () => process.abort(), on: 'ProcessPoolExecutor' },
};

/** The tests, for one kind of executors. */
export function executorSuite(
  name: 'ThreadPoolExecutor' | 'ProcessPoolExecutor',
  make: (options?: ExecutorOptions) => AnyExecutor,
): void {
  for (const [how, { act, on }] of Object.entries(CRASHES)) {
    if (on !== 'both' && on !== name) continue;

    test(`${name}.submit() of a task that ends its worker by ${how} breaks it`, async () => {
      const executor = make({ maxWorkers: 2 });
      const go = new Event();
      const before = executor.submit(give, 1);
      assert.equal(before.result(LIMIT), 1);
      const running = executor.submit(() => go.wait(15));
      await until(() => running.running(), 'the neighbour');
      const doomed = executor.submit(act);
      const behind = executor.submit(give, 2);
      const begin = performance.now();
      for (const future of [doomed, running, behind]) {
        const error = future.exception(LIMIT);
        assert.ok(error instanceof BrokenExecutor, String(error));
        assert.ok((error.cause as Error) instanceof WorkerDiedError);
      }
      assert.ok(performance.now() - begin < 14_000, 'it is told soon');
      assert.equal(before.result(), 1);
      assert.throws(() => executor.submit(give, 3), BrokenExecutor);
      assert.throws(() => executor.map(give, [[1]]), BrokenExecutor);
      executor.shutdown();
    });

    test(`${name}.map() gives no part of a chunk whose worker ended by ${how}`, async () => {
      // Idle workers might run the rest before the executor breaks.
      for (let round = 0; round < 5; round++) {
        const executor = make({ maxWorkers: 3 });
        const barrier = new Barrier(3);
        await Promise.all(range(3).map(() => executor.submit(() => barrier.wait(15))));
        const target = (n: number): unknown => (n === 2 ? act() : n);
        const results = executor.map(target, [range(4)], { chunksize: 4 });
        assert.throws(() => [...results], BrokenExecutor);
        executor.shutdown();
      }
    });

    test(`${name}.map() of a task that ends its worker by ${how} breaks it`, async () => {
      const executor = make({ maxWorkers: 1 });
      const results = executor.map((n: number) => (n === 2 ? act() : n), [range(5)]);
      assert.deepEqual([results.next().value, results.next().value], [0, 1]);
      assert.throws(() => results.next(), BrokenExecutor);
      assert.equal(results.next().done, true);
      await executor.shutdownAsync();
    });
  }

  test(`${name}.submit() of what merely fails leaves it whole`, async () => {
    const executor = make({ maxWorkers: 1 });
    const missing = new URL('missing.mjs', import.meta.url);
    const failures = [
      executor.submit(() => {
        throw new SyntaxError('No');
      }),
      executor.submit((): unknown => ({ promise: Promise.resolve() })),
      executor.submit(fromModule<() => number>(missing, 'nothing')),
    ];
    const errors = failures.map((future) => future.exception(LIMIT) as Error);
    assert.ok(errors[0] instanceof SyntaxError);
    assert.ok(errors[1] instanceof TransferError);
    assert.ok(errors[2] instanceof Error && !(errors[2] instanceof BrokenExecutor));
    assert.throws(() => executor.submit(give, { promise: Promise.resolve() }), TransferError);
    assert.equal(executor.submit(give, 7).result(LIMIT), 7);
    await executor.shutdownAsync();
  });

  test(`${name} starts workers as they are needed, and uses idle ones first`, async () => {
    const executor = make({ maxWorkers: 3 });
    const workers = new Set<string>();
    const who = async (): Promise<string> => {
      const { currentTask } = await import('heddle/multiprocessing');
      return currentTask()?.worker ?? 'nobody';
    };
    for (let i = 0; i < 4; i++) workers.add(await executor.submit(who));
    assert.equal(workers.size, 1);
    const [begun, go] = [new Value('i32', 0), new Event()];
    const wait = (): boolean => {
      begun.add(1);
      return go.wait(15);
    };
    const futures = range(10).map(() => executor.submit(wait));
    await until(() => begun.value === 3, 'three workers');
    assert.equal(futures.filter((future) => future.running()).length, 3);
    go.set();
    assert.deepEqual(
      await Promise.all(futures),
      range(10).map(() => true),
    );
    await executor.shutdownAsync();
    assert.equal(begun.value, 10);
  });

  test(`${name} with maxTasksPerChild replaces its workers, with a backlog too`, async () => {
    for (const maxTasksPerChild of [0, -1, 0.5]) {
      assert.throws(() => make({ maxTasksPerChild }), RangeError);
    }
    assert.throws(() => make({ maxTasksPerChild: '5' as never }), TypeError);
    const executor = make({ maxWorkers: 1, maxTasksPerChild: 2 });
    const count = (): number => {
      const counter = globalThis as { ran?: number };
      counter.ran = (counter.ran ?? 0) + 1;
      return counter.ran;
    };
    const futures = range(7).map(() => executor.submit(count));
    const counts = futures.map((future) => future.result('60s'));
    assert.deepEqual(counts, [1, 2, 1, 2, 1, 2, 1]);
    await executor.shutdownAsync();
  });

  test(`${name}.map() gives results to for await while the loop turns`, async () => {
    const executor = make({ maxWorkers: 2 });
    const go = new Event();
    const wait = (n: number): number => {
      if (n === 1 && !go.wait(15)) throw new Error('nobody let it go');
      return n;
    };
    setImmediate(() => go.set());
    const seen: number[] = [];
    for await (const n of executor.map(wait, [range(4)], { chunksize: 2 })) seen.push(n);
    assert.deepEqual(seen, range(4));
    const late = executor.map((n: number) => new Event().wait(n), [[1]], { timeout: '20ms' });
    await assert.rejects(async () => {
      for await (const one of late) assert.ok(one);
    }, TimeoutError);
    await executor.shutdownAsync();
  });

  test(`${name}.map() gives what a chunk has before its error, and cancels the rest`, async () => {
    const executor = make({ maxWorkers: 1 });
    const ran = new Value('i32', 0);
    const isCancelled = new Event();
    const fail = (n: number): number => {
      ran.add(1);
      if (n === 2) throw new RangeError('Cannot take 2');
      if (n > 3) isCancelled.wait(); // in whichever chunk the worker finds uncancelled
      return n;
    };
    const results = executor.map(fail, [range(1000)], { chunksize: 4 });
    assert.deepEqual([results.next().value, results.next().value], [0, 1]);
    assert.throws(() => results.next(), /Cannot take 2/);
    assert.equal(results.next().done, true);
    isCancelled.set();
    await executor.shutdownAsync();
    assert.ok(ran.value <= 8, `${ran.value} ran`);
    assert.throws(() => make().map(give, [[1]], { chunksize: 0 }), RangeError);
  });

  test(`${name}.map() closes its iterables when it is left`, async () => {
    const executor = make({ maxWorkers: 1 });
    let closed = 0;
    const endless = function* (): Generator<number> {
      try {
        for (let n = 0; ; n++) yield n;
      } finally {
        closed += 1;
      }
    };
    for (const n of executor.map(give<number>, [endless()], { buffersize: 2 })) if (n === 3) break;
    const [first] = executor.map((a: number, b: number) => a + b, [endless(), [1, 2]]);
    assert.deepEqual([first, closed], [1, 2]);
    await executor.shutdownAsync();
  });

  test(`${name}.shutdown() blocks until the tasks are done and the callbacks called`, async () => {
    const executor = make({ maxWorkers: 1 });
    const called: number[] = [];
    for (const n of range(5)) {
      executor.submit(give, n).addDoneCallback((done) => void called.push(done.result(0)));
    }
    executor.shutdown();
    assert.deepEqual(called, range(5));
    executor.shutdown();
    await executor.shutdownAsync();
  });

  test(`${name}.shutdown() with cancelFutures and without waiting returns at once`, async () => {
    const executor = make({ maxWorkers: 1 });
    const go = new Event();
    const first = executor.submit(() => go.wait(15));
    await until(() => first.running(), 'the first task');
    const others = range(3).map((n) => executor.submit(give, n));
    executor.shutdown({ wait: false, cancelFutures: true });
    assert.ok(others.every((future) => future.cancelled()));
    assert.equal(first.done(), false);
    go.set();
    assert.equal(await first, true);
    await executor.shutdownAsync();
  });

  test(`${name}.shutdown() with cancelFutures cancels what other threads submitted`, async () => {
    const executor = make({ maxWorkers: 1 });
    const [go, sent] = [new Event(), new Value('i32', 0)];
    const first = executor.submit(() => go.wait(15));
    await until(() => first.running(), 'the first task');
    // One that blocks, one that awaits, and one that asks when all is over.
    const targets: ((n: number) => unknown)[] = [
      (n) => {
        const future = executor.submit((m: number) => m, n);
        const mapped = executor.map((m: number) => m, [[n, n]], { chunksize: 2 });
        sent.add(1);
        return [future.exception.bind(future), () => mapped.next()].map(nameOfError);
      },
      async (n) => {
        const future = executor.submit((m: number) => m, n);
        sent.add(1);
        return [await future.then(String, (error: unknown) => (error as Error).name)];
      },
      (n) => {
        const future = executor.submit((m: number) => m, n);
        sent.add(1);
        executor.shutdown();
        return [future.cancelled(), future.cancel(), future.done()];
      },
    ];
    const threads = targets.map((target) => new Thread({ target, args: [1] }).start());
    const own = executor.submit(give, 1);
    await until(() => sent.value === threads.length, 'tasks of all threads');
    executor.shutdown({ wait: false, cancelFutures: true });
    assert.ok(own.cancelled());
    assert.throws(() => executor.submit(give, 2), { code: 'ERR_HEDDLE_RUNTIME' });
    const told = await Promise.all(threads.slice(0, 2).map((thread) => thread.resultAsync()));
    assert.deepEqual(told, [['CancelledError', 'CancelledError'], ['CancelledError']]);
    go.set();
    assert.deepEqual(await threads[2]?.resultAsync(), [true, true, true]);
    assert.equal(await first, true);
    await executor.shutdownAsync();
  });

  test(`${name}.shutdown() in its own task is refused, and changes nothing`, async () => {
    const executor = make({ maxWorkers: 1 });
    const other = make({ maxWorkers: 1 });
    const refusals = executor.submit(async (own: AnyExecutor) => {
      other.shutdown();
      const codes = await Promise.all(
        [async () => own.shutdown(), () => executor.shutdownAsync()].map((act) =>
          act().then(String, (error: unknown) => (error as { code?: string }).code),
        ),
      );
      return codes;
    }, executor);
    const code = 'ERR_HEDDLE_RUNTIME';
    assert.deepEqual(refusals.result(LIMIT), [code, code]);
    const [mapped] = executor.map((n: number) => n + 1, [[1]], { chunksize: 2 });
    assert.equal(mapped, 2);
    assert.throws(
      () => executor.submit((own: AnyExecutor) => own.shutdown(), executor).result(LIMIT),
      /^RuntimeError: Cannot wait for .* as .* task.*\n.*shutdown\(\{ wait: false \}\)/,
    );
    executor.submit((own: AnyExecutor) => own.shutdown({ wait: false }), executor).result(LIMIT);
    assert.throws(() => executor.submit(give, 2), { code });
    executor.shutdown();
  });

  test(`${name}.shutdown() ends where all tasks were cancelled`, async () => {
    for (let round = 0; round < 3; round++) {
      const executor = make({ maxWorkers: 1 });
      const futures = range(3).map((n) => executor.submit(give, n));
      for (const future of futures) future.cancel();
      await executor.shutdownAsync();
      assert.ok(futures.every((future) => future.done()));
    }
  });
}

function nameOfError(act: () => unknown): string {
  try {
    act();
    return 'none';
  } catch (error) {
    return (error as Error).name;
  }
}
