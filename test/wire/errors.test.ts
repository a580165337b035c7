// Errors from a thread: whole, and always delivered.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { RuntimeError, setExceptHook, Thread } from 'heddle/threading';
import { decode, encode } from '../../src/wire/index.ts';
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

test('readError() keeps a name that the class of the error does not give', () => {
  const asserted = caught(() => process.getBuiltinModule('assert').ok(false, 'no'));
  assert.ok(asserted instanceof assert.AssertionError);
  assert.deepEqual([asserted.name, asserted.code], ['AssertionError', 'ERR_ASSERTION']);
  const own = Object.getOwnPropertyDescriptor(asserted, 'name');
  assert.deepEqual([own?.value, own?.enumerable], ['AssertionError', false]);
  const named = caught(() => {
    class Named extends Error {}
    Named.prototype.name = 'ProtoName';
    throw new Named('n');
  });
  assert.deepEqual([named.name, Object.keys(named)], ['ProtoName', []]);
});

test('readError() leaves the name to the class where it gives the same', () => {
  for (const make of [
    () => new RangeError('plain'),
    () => new FixtureError('of a module'),
    () => {
      class Told extends Error {
        level = 2;
        override get name(): string {
          return `Told ${this.level}`;
        }
      }
      return new Told('by a getter');
    },
    () => {
      class Failing extends Error {
        override get name(): string {
          throw new RangeError('no name');
        }
      }
      return new Failing('by none');
    },
  ]) {
    const error = caught(() => {
      throw make();
    });
    assert.equal(error.message, make().message);
    assert.ok(!Reflect.ownKeys(error).includes('name'));
  }
});

test('readError() keeps the name of an error in the class that is not there yet', () => {
  const made: Error[] = [];
  class Early extends Error {
    static made(): Error[] {
      return made;
    }
  }
  Early.prototype.name = 'ProtoName';
  made.push(new Early('e'), Object.defineProperty(new Early('e'), 'name', { value: 'Error' }));
  const target = (Type: typeof Early): unknown[] =>
    Type.made().map((one) => [one instanceof Type, one.name, Object.hasOwn(one, 'name')]);
  const got = new Thread({ target, args: [Early] }).start().result(20);
  assert.deepEqual(got, [
    [true, 'ProtoName', true],
    [true, 'Error', false],
  ]);
});

function platformErrors(): DOMException[] {
  const makers = [
    () => AbortSignal.abort().throwIfAborted(),
    () => atob('%'),
    () => structuredClone(() => {}),
    () => crypto.getRandomValues(new Uint8Array(70_000)),
    () => {
      throw new DOMException('late', 'TimeoutError');
    },
    () => {
      throw new DOMException('of a kind of its own', 'Own');
    },
  ];
  return makers.map((make) => {
    try {
      make();
    } catch (error) {
      return error as DOMException;
    }
    throw new Error('nothing was thrown');
  });
}

const said = ({ name, message, code, stack }: DOMException): unknown => [
  name,
  message,
  code,
  stack,
];

for (const border of ['thread', 'process'] as const) {
  test(`readError() gives a DOMException that crossed the border of a ${border}`, () => {
    for (const error of platformErrors()) {
      const inside = new Error('outer', { cause: error });
      const sent = { error, list: [error], inside };
      const got = decode(encode(sent, 'value', border)) as typeof sent;
      assert.ok(got.error instanceof DOMException && got.error !== error);
      assert.equal(Object.getPrototypeOf(got.error), Object.getPrototypeOf(error));
      assert.deepEqual(said(got.error), said(error));
      assert.ok(got.list[0] === got.error && got.inside.cause === got.error);
    }
  });

  test(`readError() keeps what a DOMException has of its own across a ${border}`, () => {
    class Stopped extends DOMException {
      readonly extra = 1;
    }
    const cause = new RangeError('behind');
    const options = { name: 'AbortError', cause } as unknown as string;
    const error = new Stopped('stopped', options);
    const got = decode(encode(error, 'value', border)) as typeof error;
    assert.ok(got instanceof Stopped);
    assert.deepEqual([said(got), got.extra], [said(error), 1]);
    assert.deepEqual([got.cause, Object.keys(got)], [cause, ['extra']]);
  });
}

test('readError() keeps the limits of a QuotaExceededError', (t) => {
  const { QuotaExceededError: Type } = globalThis as unknown as {
    QuotaExceededError?: new (message: string, limits?: object) => DOMException;
  };
  if (Type === undefined) return t.skip('this Node.js has no such class');
  for (const limits of [{}, { quota: 5 }, { quota: 5, requested: 9 }]) {
    const error = new Type('full', limits) as DOMException & typeof limits;
    const got = decode(encode(error, 'value', 'process')) as typeof error;
    assert.ok(got instanceof Type);
    assert.deepEqual([got.quota, got.requested], [error.quota, error.requested]);
  }
});

test('readError() gives the stack of a DOMException as it was', () => {
  const [made, stack] = new Thread({
    target: () => {
      const error = new DOMException('stopped', 'AbortError');
      return [error, error.stack] as const;
    },
    args: [],
  })
    .start()
    .result(20);
  assert.equal(made.stack, stack);
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
