// CPython's ExecutorTest, ExecutorShutdownTest and InitializerMixin, for both kinds of executors.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CancelledError } from 'heddle/futures';
import type {
  ExecutorOptions,
  Future,
  ProcessPoolExecutor,
  ThreadPoolExecutor,
} from 'heddle/futures';
import { Event, TimeoutError, Value } from 'heddle/multiprocessing';
import { runProgram } from '../support/run.ts';
import { until } from '../support/until.ts';

/** The kind of executors that the cases are run for. */
export interface ExecutorKind {
  readonly name: 'ThreadPoolExecutor' | 'ProcessPoolExecutor';
  readonly make: (options?: ExecutorOptions) => ThreadPoolExecutor | ProcessPoolExecutor;
}

const power = (x: number, y: number): number => x ** y;
const falsy = (value: unknown): never => {
  throw value;
};

/** Runs the cases with an executor that most of them share. */
export function executorTests({ name, make }: ExecutorKind): void {
  let executor: ThreadPoolExecutor | ProcessPoolExecutor;
  before(() => {
    executor = make({ maxWorkers: 2 });
  });
  after(async () => {
    await executor.shutdownAsync();
  });

  test(`${name}: ExecutorTest.test_submit`, async () => {
    const future = executor.submit(power, 2, 8);
    assert.equal(future.result(), 256);
    assert.equal(await executor.submit(power, 2, 8), 256);
  });

  test(`${name}: ExecutorTest.test_submit_keyword`, () => {
    const future = executor.submit((options: { self: number }) => options.self, { self: 7 });
    assert.equal(future.result(), 7);
    assert.throws(() => executor.submit(7 as never), TypeError);
    assert.throws(() => executor.submit(undefined as never), TypeError);
  });

  test(`${name}: ExecutorTest.test_map`, () => {
    const [bases, exponents] = [
      [0, 1, 2, 3, 4],
      [5, 4, 3, 2, 1, 0],
    ];
    const expected = [0, 1, 8, 9, 4];
    assert.deepEqual(Array.from(executor.map(power, [bases, exponents])), expected);
    assert.deepEqual(
      Array.from(executor.map(power, [bases, exponents], { chunksize: 3 })),
      expected,
    );
  });

  test(`${name}: ExecutorTest.test_map_exception`, () => {
    const divide = (x: number, y: number): number => {
      if (y === 0) throw new RangeError('Cannot divide by 0');
      return Math.floor(x / y);
    };
    const results = executor.map(divide, [
      [1, 1, 1, 1],
      [2, 3, 0, 5],
    ]);
    assert.equal(results.next().value, 0);
    assert.equal(results.next().value, 0);
    assert.throws(() => results.next(), /Cannot divide by 0/);
    assert.equal(results.next().done, true);
  });

  test(`${name}: ExecutorTest.test_map_timeout`, () => {
    const go = new Event();
    const wait = (n: number): number => {
      if (n === 2) go.wait(15);
      return n;
    };
    const results = executor.map(wait, [[0, 1, 2]], { timeout: 1 });
    const seen: number[] = [];
    assert.throws(() => {
      for (const value of results) seen.push(value);
    }, TimeoutError);
    go.set();
    assert.deepEqual(seen, [0, 1]);
  });

  test(`${name}: ExecutorTest.test_shutdown_race_issue12456`, async () => {
    const own = make({ maxWorkers: 2 });
    const results = own.map(String, [Array.from({ length: 20 }, (_, i) => i)]);
    await own.shutdownAsync();
    assert.equal([...results].length, 20);
  });

  test(`${name}: ExecutorTest.test_max_workers_negative`, () => {
    for (const maxWorkers of [0, -1, 1.5]) {
      assert.throws(() => make({ maxWorkers }), RangeError);
    }
  });

  test(`${name}: ExecutorTest.test_swallows_falsey_exceptions`, () => {
    for (const value of [0, '', null, undefined]) {
      const future = executor.submit(falsy, value);
      let caught: unknown = 'nothing';
      try {
        future.result();
      } catch (error) {
        caught = error;
      }
      assert.equal(caught, value);
      assert.equal(future.exception(), value);
    }
  });

  test(`${name}: ExecutorTest.test_map_buffersize_validation`, () => {
    for (const buffersize of [0, -1, 1.5]) {
      assert.throws(() => executor.map(power, [[1], [2]], { buffersize }), RangeError);
    }
    assert.throws(() => executor.map(power, [[1], [2]], { buffersize: '7' as never }), TypeError);
  });

  test(`${name}: ExecutorTest.test_map_buffersize`, () => {
    const ints = Array.from({ length: 10 }, (_, i) => i);
    for (const buffersize of [1, 2, 10, 20]) {
      assert.deepEqual(Array.from(executor.map(String, [ints], { buffersize })), ints.map(String));
    }
  });

  test(`${name}: ExecutorTest.test_map_buffersize_on_infinite_iterable`, () => {
    const endless = function* (): Generator<number> {
      for (let n = 0; ; n++) yield n;
    };
    const results = executor.map(String, [endless()], { buffersize: 2 });
    assert.deepEqual([results.next().value, results.next().value], ['0', '1']);
    results.return?.();
  });

  test(`${name}: ExecutorTest.test_map_buffersize_without_iterable`, () => {
    assert.deepEqual(Array.from(executor.map(() => 1, [], { buffersize: 2 })), []);
  });

  test(`${name}: ExecutorTest.test_map_buffersize_when_buffer_is_full`, () => {
    let taken = 0;
    const ints = function* (): Generator<number> {
      for (; taken < 4;) yield taken++;
    };
    const results = executor.map(String, [ints()], { buffersize: 2 });
    assert.equal(taken, 2);
    results.next();
    assert.equal(taken, 3);
    assert.deepEqual([...results], ['1', '2', '3']);
  });

  test(`${name}: ExecutorShutdownTest.test_run_after_shutdown`, async () => {
    const own = make({ maxWorkers: 1 });
    await own.shutdownAsync();
    const refused = { code: 'ERR_HEDDLE_RUNTIME' };
    assert.throws(() => own.submit(power, 2, 5), refused);
    assert.throws(() => own.map(power, [[2], [5]]), refused);
    own.shutdown();
  });

  test(`${name}: ExecutorShutdownTest.test_interpreter_shutdown`, async () => {
    const ran = await runProgram(
      `
      import { print, sleep } from 'heddle';
      import { ${name} } from 'heddle/futures';
      const late = (text: string): void => { sleep('300ms'); print(text); };
      new ${name}({ maxWorkers: 1 }).submit(late, 'apple');`,
      { limitMs: 30_000 },
    );
    assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['apple\n', '', 0]);
  });

  test(`${name}: ExecutorShutdownTest.test_submit_after_interpreter_shutdown`, async () => {
    const ran = await runProgram(
      `
      import { print } from 'heddle';
      import { ${name} } from 'heddle/futures';
      const executor = new ${name}({ maxWorkers: 1 });
      print(executor.submit((n: number) => n + 1, 6).result());
      process.on('exit', () => {
        try {
          executor.submit(() => print('never'));
        } catch (error) {
          print((error as { code: string }).code);
        }
      });`,
      { limitMs: 30_000 },
    );
    assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['7\nERR_HEDDLE_RUNTIME\n', '', 0]);
  });

  test(`${name}: ExecutorShutdownTest.test_hang_issue12364`, async () => {
    const own = make({ maxWorkers: 2 });
    const nap = (): boolean => new Event().wait('1ms');
    const futures = Array.from({ length: 50 }, () => own.submit(nap));
    await own.shutdownAsync();
    for (const future of futures) assert.equal(future.result(0), false);
  });

  test(`${name}: ExecutorShutdownTest.test_cancel_futures`, async () => {
    const own = make({ maxWorkers: 2 });
    const [begun, go] = [new Value('i32', 0), new Event()];
    const wait = (): boolean => {
      begun.add(1);
      return go.wait(15);
    };
    const futures = Array.from({ length: 50 }, () => own.submit(wait));
    await until(() => begun.value === 2, 'two tasks that run');
    const end = own.shutdownAsync({ cancelFutures: true });
    const cancelled = futures.filter((future) => future.cancelled());
    assert.ok(cancelled.length >= 40, `${cancelled.length} cancelled`);
    go.set();
    await end;
    for (const future of futures) {
      assert.equal(future.done(), true);
      if (future.cancelled()) assert.throws(() => future.result(), CancelledError);
      else assert.equal(future.result(), true);
    }
    assert.equal(begun.value, futures.length - cancelled.length);
  });

  test(`${name}: ExecutorShutdownTest.test_hang_gh83386`, async () => {
    const ran = await runProgram(
      `
      import { print, sleep } from 'heddle';
      import { ${name} } from 'heddle/futures';
      const executor = new ${name}({ maxWorkers: 1 });
      const future = executor.submit(() => { sleep('200ms'); return 'done'; });
      executor.shutdown({ wait: false });
      print(future.result());`,
      { limitMs: 30_000 },
    );
    assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['done\n', '', 0]);
  });

  test(`${name}: ${name}ShutdownTest.test_context_manager_shutdown`, async () => {
    const own = make({ maxWorkers: 2 });
    try {
      const numbers = [-5, 4, -3];
      assert.deepEqual(Array.from(own.map(Math.abs, [numbers])), numbers.map(Math.abs));
    } finally {
      await own[Symbol.asyncDispose]();
    }
    assert.throws(() => own.submit(power, 1, 1), { code: 'ERR_HEDDLE_RUNTIME' });
    const other = make({ maxWorkers: 1 });
    const future = other.submit(power, 2, 3);
    other[Symbol.dispose]();
    assert.equal(future.result(0), 8);
  });

  test(`${name}: ${name}ShutdownTest.test_shutdown_no_wait`, async () => {
    const own = make({ maxWorkers: 2 });
    const results = own.map(Math.abs, [[-5, 4, -3]]);
    own.shutdown({ wait: false });
    assert.deepEqual([...results], [5, 4, 3]);
    await own.shutdownAsync();
  });

  test(`${name}: InitializerMixin.test_initializer`, async () => {
    const initializer = (value: string): void => {
      (globalThis as { initialised?: string }).initialised = value;
    };
    const own = make({ maxWorkers: 2, initializer, initargs: ['initialised'] });
    const status = (): string => (globalThis as { initialised?: string }).initialised ?? 'no';
    const futures = Array.from({ length: 4 }, () => own.submit(status));
    for (const future of futures) assert.equal(await future, 'initialised');
    await own.shutdownAsync();
  });

  test(`${name}: FailingInitializerMixin.test_initializer`, async () => {
    const initializer = (): never => {
      throw new RangeError('Cannot begin');
    };
    assert.throws(() => make({ initializer: 'x' as never }), TypeError);
    const own = make({ maxWorkers: 2, initializer });
    const broken = { code: 'ERR_HEDDLE_BROKEN_EXECUTOR' };
    let future: Future<number> | undefined;
    try {
      future = own.submit(power, 1, 1);
    } catch (error) {
      assert.equal((error as { code: string }).code, broken.code); // it broke before
    }
    if (future !== undefined) await assert.rejects(async () => future, broken);
    assert.throws(() => own.submit(power, 1, 1), broken);
    await own.shutdownAsync();
  });
}
