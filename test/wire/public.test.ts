// What users say about how their things travel.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Thread } from 'heddle/threading';
import { fromModule, registerTransfer } from '../../src/wire/index.ts';
import { double } from './fixtures/shapes.ts';

function run<R>(target: (...args: never[]) => R, ...args: unknown[]): Awaited<R> {
  return new Thread({ target, args } as never).start().result(20) as Awaited<R>;
}

class Account {
  #balance: number;
  constructor(balance: number) {
    this.#balance = balance;
  }
  get balance(): number {
    return this.#balance;
  }
}
class Savings extends Account {}

registerTransfer(Account, {
  reduce: (account) => ({ balance: account.balance }),
  revive: ({ balance }: { balance: number }) => new Account(balance),
});

test('registerTransfer() lets instances with private fields travel, there and back', () => {
  const account = new Account(41);
  assert.equal(
    run((one: Account) => one.balance + 1, account),
    42,
  );
  const back = run((one: Account) => new Account(one.balance * 2), account);
  assert.ok(back instanceof Account);
  assert.equal(back.balance, 82);
});

test('registerTransfer() holds for derived classes, and keeps what is shared', () => {
  assert.equal(
    run((one: Account) => one.balance, new Savings(3)),
    3,
  );
  const account = new Account(1);
  assert.equal(
    run((a: Account, b: Account) => a === b, account, account),
    true,
  );
});

test('registerTransfer() replaces the hooks when it is called again', () => {
  class Twice {
    n = 1;
  }
  const revive = (n: number): Twice => Object.assign(new Twice(), { n });
  registerTransfer(Twice, { reduce: (one) => one.n, revive });
  registerTransfer(Twice, { reduce: (one) => one.n + 100, revive });
  assert.equal(
    run((one: Twice) => one.n, new Twice()),
    101,
  );
});

test('registerTransfer() refuses what is no function', () => {
  const hooks = { reduce: null, revive: () => null } as never;
  assert.throws(() => registerTransfer(Account, hooks), {
    name: 'TypeError',
    message: 'Cannot register a transfer as reduce is null, not a function',
  });
});

test('fromModule() gives a function that goes by reference', () => {
  const own = fromModule<(n: number) => number>('./fixtures/shapes.ts', 'double');
  assert.equal(own(4), 8);
  assert.equal(run(own, 5), 10);
  assert.equal(
    run((value: unknown) => value, own),
    double,
  );
  const url = new URL('fixtures/shapes.ts', import.meta.url);
  assert.equal(run(fromModule(url, 'double'), 6), 12);
  assert.equal(run(fromModule('node:path', 'join'), 'a', 'b'), 'a/b');
});

test('fromModule() says so when the module has no such function', () => {
  const none = fromModule<() => void>('./fixtures/shapes.ts', 'nothing');
  assert.throws(() => none(), /Cannot call 'nothing'/);
  assert.throws(() => run(none), /does not export it/);
});
