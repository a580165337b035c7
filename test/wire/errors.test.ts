// Errors from a thread: whole, and always delivered.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { RuntimeError, setExceptHook, Thread } from 'heddle/threading';
import { FixtureError } from './fixtures/shapes.ts';

setExceptHook(() => {});

interface Caught extends Error {
  [key: string]: unknown;
  remoteStack: string;
}

function caught(target: () => unknown): Caught {
  try {
    new Thread({ target, args: [] }).start().result(20);
  } catch (error) {
    return error as Caught;
  }
  return assert.fail('nothing was thrown');
}

class Own extends TypeError {
  readonly extra = { list: [1] };
  constructor(message: string) {
    super(message, { cause: new RangeError('inner') });
    this.name = 'Own';
  }
}

test('readError() keeps class, name, message, fields and cause', () => {
  const error = caught(() => {
    throw new Own('outer');
  });
  assert.ok(error instanceof Own && error instanceof TypeError);
  assert.deepEqual([error.name, error.message, error.extra], ['Own', 'outer', { list: [1] }]);
  assert.ok(error.cause instanceof RangeError && error.cause.message === 'inner');
  assert.deepEqual(Object.keys(error).toSorted(), ['extra', 'name']);
});

test('readError() keeps classes of modules, of heddle and of the language', () => {
  const fixture = caught(() => {
    throw new FixtureError('f');
  });
  assert.ok(fixture instanceof FixtureError && fixture['level'] === 3);
  const runtime = caught(() => {
    throw new RuntimeError('r', { code: 'ERR_OWN' });
  });
  assert.ok(runtime instanceof RuntimeError && runtime.code === 'ERR_OWN');
  const many = caught(() => {
    throw new AggregateError([new SyntaxError('a'), new Own('b')], 'm');
  });
  assert.ok(many instanceof AggregateError);
  assert.ok(many.errors[0] instanceof SyntaxError && many.errors[1] instanceof Own);
});

test('readError() keeps errors whose object the language did not make as an error', async () => {
  const worker = new Worker("throw new RangeError('in a worker')", { eval: true });
  const [reported] = (await once(worker, 'error')) as [Error];
  const ranged = caught(() => {
    throw reported;
  });
  assert.ok(ranged instanceof RangeError && /worker eval/.test(String(ranged.stack)));
  assert.deepEqual(
    [ranged.message, Reflect.ownKeys(ranged).includes('name')],
    ['in a worker', false],
  );
  const old = caught(() => {
    throw Object.assign(Object.create(TypeError.prototype), { message: 'old', extra: 1 }) as Error;
  });
  assert.ok(old instanceof TypeError);
  assert.deepEqual([old.message, old['extra'], Object.keys(old)], ['old', 1, ['extra']]);
});

test('readError() keeps the stack there, and adds the one here', () => {
  const thrower = (): never => {
    throw new Error('far');
  };
  const error = caught(thrower);
  assert.match(error.remoteStack, /^Error: far\n {4}at thrower \(.*errors\.test\.ts:\d+:\d+\)/);
  assert.ok(error.stack?.startsWith(error.remoteStack));
  const [, here] = error.stack?.split(/\n {4}--- taken in (?:MainThread|main) ---\n/) ?? [];
  assert.match(here ?? '', /at caught \(.*errors\.test\.ts/);
  assert.equal(Object.getOwnPropertyDescriptor(error, 'remoteStack')?.enumerable, false);
});

test('readError() leaves out fields that cannot travel', () => {
  const error = caught(() => {
    throw Object.assign(new Error('e'), { bad: new WeakRef({}), list: [1, new WeakRef({})], n: 3 });
  });
  assert.deepEqual(
    [error.message, error['bad'], error['list'], error['n']],
    ['e', undefined, undefined, 3],
  );
});

test('readError() gives a plain error when its class cannot travel', () => {
  const error = caught(() => {
    const token = new WeakRef({});
    class Odd extends RangeError {
      override name = 'Odd';
      readonly token = token;
    }
    throw new Odd('odd');
  });
  assert.ok(error instanceof RangeError);
  assert.deepEqual([error.name, error.message], ['Odd', 'odd']);
  assert.match(error.remoteStack, /errors\.test\.ts/);
});

test('readError() gives a plain error when its class fails to be made here', () => {
  const error = caught(() => {
    class Fragile extends Error {
      override name = 'Fragile';
      static {
        if (process.argv.length > 0 && globalThis.heddleMakesIt !== true)
          throw new Error('not here');
      }
    }
    throw new Fragile('x');
  });
  assert.equal(error.message, 'not here');
});

declare global {
  var heddleMakesIt: boolean | undefined;
}

test('readError() gives errors in data as they are, cycles included', () => {
  const value = new Thread({
    target: () => {
      const error: Error & { self?: unknown } = new EvalError('in data');
      error.self = error;
      return { list: [error, error] };
    },
    args: [],
  })
    .start()
    .result(20);
  const [first, second] = value.list;
  assert.ok(first instanceof EvalError && first === second && Reflect.get(first, 'self') === first);
});

test('readError() passes on what is thrown and is no error', () => {
  for (const thrown of ['text', 5, null, undefined, { a: 1 }]) {
    const target = (): never => {
      // oxlint-disable-next-line only-throw-error -- it is what the test is about
      throw thrown;
    };
    assert.deepEqual(caught(target), thrown);
  }
});
