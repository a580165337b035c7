// Future: what CPython's cases (test/python) do not tell.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CancelledError, Future, ThreadPoolExecutor } from 'heddle/futures';
import { Event } from 'heddle/threading';
import { runProgram } from '../support/run.ts';
import { until } from '../support/until.ts';

const executor = new ThreadPoolExecutor({ maxWorkers: 1 });
after(() => executor.shutdownAsync());

const give = <T>(value: T): T => value;

test('Future is made by executors only', () => {
  assert.throws(() => new (Future as unknown as new () => unknown)(), TypeError);
});

test('Future.then() makes it something to await, also for what the function awaits', async () => {
  const later = async (n: number): Promise<number> => {
    await new Promise(setImmediate);
    return n;
  };
  assert.equal(await executor.submit(later, 7), 7);
  const doubled = executor.submit(give, 21).then((n) => n * 2);
  assert.equal(await doubled, 42);
  const failed = executor.submit(() => JSON.parse('{') as unknown);
  await assert.rejects(async () => failed, SyntaxError);
  assert.equal(await failed.then(undefined, () => 'caught'), 'caught');
});

test('Future.result() throws the same error each time, with both stacks', () => {
  const failing = (): never => {
    throw new RangeError('Cannot go on', { cause: 'tired' });
  };
  const future = executor.submit(failing);
  const error = future.exception() as RangeError & { remoteStack: string };
  assert.throws(() => future.result(), error);
  assert.deepEqual([error.message, error.cause], ['Cannot go on', 'tired']);
  assert.match(error.remoteStack, /failing/);
});

test('Future.addDoneCallback() calls in order, and goes on after one that throws', async () => {
  const ran = await runProgram(
    `
    import { print } from 'heddle';
    import { ThreadPoolExecutor } from 'heddle/futures';
    import { setExceptHook } from 'heddle/threading';
    setExceptHook(({ error, thread }) => print('hook', (error as Error).message, thread.name));
    const executor = new ThreadPoolExecutor({ maxWorkers: 1 });
    const future = executor.submit(() => 42);
    future.addDoneCallback(() => print('first'));
    future.addDoneCallback(() => { throw new Error('second'); });
    future.addDoneCallback((done) => print('third', done.result()));
    print(future.result());
    future.addDoneCallback(() => { throw new Error('late'); });
    executor.shutdown();`,
    { limitMs: 30_000 },
  );
  assert.deepEqual([ran.stderr, ran.code], ['', 0]);
  const lines = ran.stdout.trim().split('\n');
  const isHook = (line: string): boolean => line.startsWith('hook');
  // The hook has its turn when the wait is over.
  assert.deepEqual(
    lines.filter((line) => !isHook(line)),
    ['first', 'third 42', '42'],
  );
  assert.deepEqual(lines.filter(isHook), ['hook second MainThread', 'hook late MainThread']);
});

test('Future.addDoneCallback() refuses what is no function', () => {
  assert.throws(() => executor.submit(give, 1).addDoneCallback(7 as never), TypeError);
});

test('Future.addDoneCallback() calls while the thread blocks for another future', () => {
  const called: number[] = [];
  const first = executor.submit(give, 1);
  first.addDoneCallback((done) => void called.push(done.result()));
  assert.equal(executor.submit(give, 2).result(), 2);
  assert.deepEqual(called, [1]);
});

test('Future.cancel() makes who awaits it hear of it, and its task never runs', async () => {
  const [go, ran] = [new Event(), new Event()];
  const first = executor.submit(() => go.wait(15));
  await until(() => first.running(), 'the first task');
  const second = executor.submit(() => ran.set());
  const awaited = assert.rejects(async () => second, CancelledError);
  assert.deepEqual([second.cancel(), second.cancel(), second.cancelled()], [true, true, true]);
  await awaited;
  assert.deepEqual([first.cancel(), first.cancelled()], [false, false]);
  go.set();
  assert.equal(await first, true);
  assert.equal(await executor.submit(give, 3), 3);
  assert.equal(ran.isSet(), false);
});

test('Future.done() tells also while the event loop stands still', () => {
  const future = executor.submit(give, 1);
  const endMs = performance.now() + 15_000;
  while (!future.done()) assert.ok(performance.now() < endMs, 'not done in time');
  assert.equal(future.result(0), 1);
});

test('Future.exception() that nobody asks for stays unheard', async () => {
  const ran = await runProgram(
    `
    import { ThreadPoolExecutor } from 'heddle/futures';
    const executor = new ThreadPoolExecutor({ maxWorkers: 1 });
    executor.submit(() => { throw new Error('unheard'); });
    executor.shutdown();`,
    { limitMs: 30_000 },
  );
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['', '', 0]);
});
