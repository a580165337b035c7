import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Thread } from 'heddle/threading';
import * as errors from '../../src/errors/index.ts';

const {
  AbandonedLockError,
  BrokenBarrierError,
  BrokenExecutor,
  CancelledError,
  DeadlockError,
  EOFError,
  Empty,
  Full,
  HeddleError,
  InvalidStateError,
  RuntimeError,
  ShutDown,
  TimeoutError,
  TransferError,
  WorkerDiedError,
} = errors;

// One error of each class, made as the rooms above make it, with the code that it is to have.
const made: readonly [error: errors.HeddleError, name: string, code: string][] = [
  [new HeddleError('Cannot go on'), 'HeddleError', 'ERR_HEDDLE'],
  [new RuntimeError('Cannot go on'), 'RuntimeError', 'ERR_HEDDLE_RUNTIME'],
  [new TimeoutError('Cannot go on'), 'TimeoutError', 'ERR_HEDDLE_TIMEOUT'],
  [new TransferError('Cannot go on'), 'TransferError', 'ERR_HEDDLE_TRANSFER'],
  [
    new AbandonedLockError('Cannot go on', { owner: 'Thread-1' }),
    'AbandonedLockError',
    'ERR_HEDDLE_ABANDONED_LOCK',
  ],
  [
    new DeadlockError('Cannot go on', { cycle: ['a', 'b'] }),
    'DeadlockError',
    'ERR_HEDDLE_DEADLOCK',
  ],
  [new BrokenBarrierError('Cannot go on'), 'BrokenBarrierError', 'ERR_HEDDLE_BROKEN_BARRIER'],
  [
    new WorkerDiedError('Cannot go on', { exitCode: 7 }),
    'WorkerDiedError',
    'ERR_HEDDLE_WORKER_DIED',
  ],
  [new Empty('Cannot go on'), 'Empty', 'ERR_HEDDLE_QUEUE_EMPTY'],
  [new Full('Cannot go on', { item: [1, 'two'] }), 'Full', 'ERR_HEDDLE_QUEUE_FULL'],
  [new ShutDown('Cannot go on'), 'ShutDown', 'ERR_HEDDLE_QUEUE_SHUT_DOWN'],
  [new EOFError('Cannot go on'), 'EOFError', 'ERR_HEDDLE_EOF'],
  [new CancelledError('Cannot go on'), 'CancelledError', 'ERR_HEDDLE_CANCELLED'],
  [new InvalidStateError('Cannot go on'), 'InvalidStateError', 'ERR_HEDDLE_INVALID_STATE'],
  [new BrokenExecutor('Cannot go on'), 'BrokenExecutor', 'ERR_HEDDLE_BROKEN_EXECUTOR'],
];

test('HeddleError: every class that the room exports is among those tested here', () => {
  assert.deepEqual(new Set(Object.keys(errors)), new Set(made.map(([, name]) => name)));
});

for (const [error, name, code] of made) {
  test(`${name} is a HeddleError with a name and a code of its own`, () => {
    assert.ok(error instanceof HeddleError && error instanceof Error);
    assert.equal(new Map<string, unknown>(Object.entries(errors)).get(name), error.constructor);
    assert.deepEqual([error.name, error.code], [name, code]);
    assert.match(String(error.stack), new RegExp(`^${name}: Cannot go on\\n`));
  });

  test(`${name} has no name of its own, which would travel as a field`, () => {
    assert.equal(Object.hasOwn(error, 'name'), false);
    assert.ok(Object.keys(error).includes('code'));
  });

  test(`${name} comes out of a thread as it went in`, async () => {
    const thread = new Thread({ target: (given: Error) => given, args: [error] }).start();
    const back = await thread.resultAsync();
    assert.equal(back.constructor, error.constructor);
    assert.deepEqual(Object.entries(back), Object.entries(error));
    assert.equal(back.message, error.message);
  });
}

for (const [error, name] of made) {
  const type = error.constructor as new (message?: string, options?: unknown) => Error;
  const own = Object.keys(error).filter((key) => key !== 'code');

  test(`${name} needs no options, and no message, as Error`, async () => {
    assert.equal(String(new type()), name);
    assert.deepEqual([new type().message, Object.hasOwn(new type(), 'message')], ['', false]);
    for (const options of [undefined, null, {}, 5]) {
      const bare = new type('x', options);
      assert.deepEqual([bare.message, Object.hasOwn(bare, 'cause')], ['x', false]);
      assert.deepEqual(Object.keys(bare).toSorted(), ['code', ...own].toSorted());
    }
    assert.equal(new type('x', { cause: error }).cause, error);
    const thread = new Thread({ target: (given: Error) => given, args: [new type()] }).start();
    const back = await thread.resultAsync();
    assert.deepEqual([back.constructor, back.message], [type, '']);
  });
}

test('HeddleError and its like need no message in their types, either', () => {
  assert.deepEqual(
    [new Empty(), new EOFError(), new HeddleError(), new ShutDown(), new TimeoutError()].map(
      String,
    ),
    ['Empty', 'EOFError', 'HeddleError', 'ShutDown', 'TimeoutError'],
  );
  assert.equal(new Full('x').item, undefined);
  assert.equal(new Full('x', { cause: 1 }).cause, 1);
  assert.equal(new AbandonedLockError().owner, '');
  assert.deepEqual(new DeadlockError('x').cycle, []);
  assert.equal(new WorkerDiedError().signal, null);
});

test('HeddleError keeps the cause that it is given, and has none otherwise', () => {
  const cause = new Error('why');
  assert.equal(new RuntimeError('Cannot go on', { cause }).cause, cause);
  assert.equal(Object.hasOwn(new RuntimeError('Cannot go on'), 'cause'), false);
  assert.ok(Object.hasOwn(new RuntimeError('Cannot go on', { cause: undefined }), 'cause'));
});

test('HeddleError takes a code that is given in the place of its class code', () => {
  assert.equal(new HeddleError('Cannot go on', { code: 'ERR_HEDDLE_X' }).code, 'ERR_HEDDLE_X');
});

test("HeddleError gives a user's subclass the code of its nearest class of ours", () => {
  class Mine extends RuntimeError {}
  class MineToo extends Mine {}
  assert.equal(new Mine('Cannot go on').code, 'ERR_HEDDLE_RUNTIME');
  assert.equal(new MineToo('Cannot go on').code, 'ERR_HEDDLE_RUNTIME');
});

test('AbandonedLockError, DeadlockError and WorkerDiedError tell what a program needs', () => {
  assert.equal(new AbandonedLockError('Cannot go on', { owner: 'a' }).owner, 'a');
  assert.deepEqual(new DeadlockError('Cannot go on', { cycle: ['a'] }).cycle, ['a']);
  const killed = new WorkerDiedError('Cannot go on', { signal: 'SIGKILL' });
  assert.deepEqual([killed.exitCode, killed.signal], [null, 'SIGKILL']);
  assert.deepEqual(
    [new WorkerDiedError('Cannot go on').exitCode, new WorkerDiedError('Cannot go on').signal],
    [null, null],
  );
});
