// What cannot travel: the error says where it is, what it is, where in the source, and what to do.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { TransferError } from '../../src/errors/index.ts';
import { store } from '../../src/wire/index.ts';

const HERE = /refusal\.test\.ts:\d+:\d+/;

function refused(value: unknown, code: string, ...words: (string | RegExp)[]): void {
  assert.throws(
    () => store([value], ['target']),
    (error: unknown) => {
      assert.ok(error instanceof TransferError);
      assert.equal(error.code, `ERR_HEDDLE_${code}`, error.message);
      const lines = error.message.split('\n');
      assert.equal(lines.length, 2, error.message);
      assert.match(error.message, /^Cannot send target/);
      for (const word of words) {
        assert.ok(
          typeof word === 'string' ? error.message.includes(word) : word.test(error.message),
          `${error.message}\n  lacks ${String(word)}`,
        );
      }
      // The first frame is that of the caller, not ours.
      assert.match(error.stack ?? '', HERE);
      return true;
    },
  );
}

test('refusalFor() tells the path in plain data', () => {
  refused(
    { list: [1, { deep: Promise.resolve() }] },
    'UNCLONEABLE',
    'target.list[1].deep',
    'Await',
  );
  refused(new Map([['key', new WeakRef({})]]), 'UNCLONEABLE', "target.get('key')", 'WeakRef');
  refused(new Set([new AbortController().signal]), 'UNCLONEABLE', 'target item', 'AbortSignal');
  refused({ 'odd key': Promise.resolve() }, 'UNCLONEABLE', "target['odd key']");
});

test('refusalFor() tells the variables that a value hangs on, and the place', () => {
  const hash = createHash('sha1');
  const config = { log: { write: () => hash.digest() } };
  refused(
    () => config.log.write(),
    'UNCLONEABLE',
    "target → captured variable 'config'.log.write → captured variable 'hash'",
    HERE,
    'Hash',
  );
});

test('refusalFor() refuses what is bound to its thread', () => {
  refused(new Socket(), 'UNCLONEABLE', 'Socket', 'registerTransfer()');
  refused(new Intl.NumberFormat(), 'UNCLONEABLE', 'NumberFormat');
  refused(
    (function* () {
      yield 1;
    })(),
    'UNCLONEABLE',
    'Generator',
  );
  refused(new MessageChannel().port1, 'UNCLONEABLE', 'MessagePort', 'Queue');
  refused(new Proxy({}, {}), 'UNCLONEABLE', 'Proxy');
  refused(Object.create({ inherited: 1 }), 'UNCLONEABLE', 'prototype');
});

test('refusalFor() refuses what cannot be read from outside', () => {
  class Secret {
    #value = 1;
    get value(): number {
      return this.#value;
    }
  }
  refused(new Secret(), 'PRIVATE_FIELDS', 'Secret', 'registerTransfer');
  refused(new Proxy(() => 1, {}), 'NATIVE_FUNCTION', 'Proxy', 'Wrap it');
});

test('refusalFor() refuses what belongs to the code around', () => {
  function outer(this: unknown, ..._numbers: number[]): (() => unknown)[] {
    return [() => this, () => arguments.length, () => new.target];
  }
  const [usesThis, usesArguments, usesNewTarget] = outer.call({}, 1);
  refused(usesThis, 'CAPTURED_THIS', "'this'", HERE, 'const self = this');
  refused(usesArguments, 'CAPTURED_ARGUMENTS', "'arguments'", HERE);
  refused(usesNewTarget, 'CAPTURED_NEW_TARGET', "'new.target'", HERE);
  class Base {
    hello(): string {
      return 'hello';
    }
  }
  class Derived extends Base {
    override hello(): string {
      return super.hello();
    }
  }
  refused(Reflect.get(Derived.prototype, 'hello'), 'CAPTURED_SUPER', "'super'", 'bind');
});

test('refusalFor() refuses assignments that would be lost', () => {
  let count = 0;
  const assigns = (): void => {
    count++;
  };
  refused(assigns, 'CAPTURED_ASSIGNMENT', "'count'", HERE, 'Queue');
  const nested = (): void => {
    [1].forEach((n) => {
      count = n;
    });
  };
  refused(nested, 'CAPTURED_ASSIGNMENT', "'count'");
  const pair = ((): { increase(): void; get(): number } => {
    let n = 0;
    return { increase: () => void n++, get: () => n };
  })();
  const shares = (): number => {
    pair.increase();
    return pair.get();
  };
  refused(shares, 'CAPTURED_ASSIGNMENT', "'n'", 'local variable', HERE);
  assert.equal(count, 0);
});

test('refusalFor() refuses names that cannot be known or have no value yet', () => {
  // oxlint-disable-next-line no-eval -- it is what the test is about
  refused(() => eval('1'), 'DIRECT_EVAL', 'eval()');
  refused(() => later, 'CAPTURED_TDZ', "'later'", HERE);
  const later = 1;
});

test('refusalFor() refuses nests of functions that exhaust the stack', () => {
  let chain = (): number => 0;
  for (let i = 0; i < 30_000; i++) {
    const inner = chain;
    chain = () => inner() + 1;
  }
  refused(chain, 'UNCLONEABLE', 'nested too deeply');
});
