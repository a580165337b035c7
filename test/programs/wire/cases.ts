// What functions can look like, and what each must do in a thread. The same list runs in each way to build a program.
import * as path from 'node:path';
import { join as j, basename } from 'node:path';
import fs from 'node:fs';
import { registerTransfer } from 'heddle';
import plusOne, { helper, K, Vec, tools, wrapped, asyncDouble } from './lib.ts';
import type { Point } from './lib.ts';

export interface Case {
  readonly name: string;
  // Cases have targets of every type.
  readonly target: (...args: never[]) => unknown;
  readonly args?: readonly unknown[];
  readonly want?: unknown;
  /** Code of the TransferError, without ERR_HEDDLE_. */
  readonly error?: string;
}

type Fn<R = unknown> = (...args: never[]) => R;
const loose = (value: unknown): Fn => value as Fn;

const factor: number = 3;
let mutable = 1;
const cfg = { deep: { v: 5 }, fn: (x: number): number => x + factor };
function isEven(n: number): boolean {
  return n === 0 ? true : isOdd(n - 1);
}
function isOdd(n: number): boolean {
  return n === 0 ? false : isEven(n - 1);
}
function fact(n: number): number {
  return n < 2 ? 1 : n * fact(n - 1);
}
class Animal {
  name: string;
  constructor(name: string) {
    this.name = name;
  }
  speak(): string {
    return this.name + factor;
  }
}
class Dog extends Animal {
  tricks: string[] = ['sit'];
  override speak(): string {
    return super.speak() + '!' + this.tricks[0];
  }
  get loud(): string {
    return this.name.toUpperCase();
  }
}
class Priv {
  #x = 42;
  read(): number {
    return this.#x;
  }
  static make(): number {
    return new Priv().read();
  }
}
class Rev {
  #x: number;
  constructor(x: number) {
    this.#x = x;
  }
  get x(): number {
    return this.#x;
  }
}
registerTransfer(Rev, { reduce: (rev) => rev.x, revive: (x: number) => new Rev(x) });
class MyErr extends Error {
  code = 'E1';
  constructor(m: string) {
    super(m);
    this.name = 'MyErr';
  }
}
class Stack<T> extends Map<string, T> {
  top(): T | undefined {
    return this.get('top');
  }
}
let bumps = 0;
function bump(): number {
  bumps += 1;
  return bumps;
}
const readBump = (): number => bumps;
let model: { w: number } | undefined;
function getModel(): { w: number } {
  return (model ??= { w: 7 });
}
function onceOf(f: (x: number) => number): (x: number) => number {
  let done = false;
  let v = 0;
  return (x: number) => {
    if (!done) {
      v = f(x);
      done = true;
    }
    return v;
  };
}
const once = onceOf((x) => x + 1);
const pair = (() => {
  let n = 0;
  return {
    inc: () => {
      n++;
    },
    get: () => n,
  };
})();
class A1 {
  b(): B1 {
    return new B1();
  }
  s(): string {
    return 'A1';
  }
}
class B1 {
  a(): string {
    return new A1().s() + 'B1';
  }
}
class Shape {
  double(): Shape {
    return new Square();
  }
  static readonly sides: number = 0;
}
class Square extends Shape {
  static override readonly sides: number = 4;
}
const dog = new Dog('rex');
const priv = new Priv();
const rev = new Rev(9);
const cyc: { v: number; self?: typeof cyc; f?: () => number } = { v: 1 };
cyc.self = cyc;
cyc.f = () => cyc.v + 1;
const sym = Symbol('tag');
const max = Math.max;
const sab = new Int32Array(new SharedArrayBuffer(8));
const counter = { n: 0 };
const memo = new Map([['k', (x: number): number => x + 1]]);
function outer(this: { q: number }, n: number): () => number {
  return () => this.q + n;
}
const makeArgs = function (..._: number[]): () => number {
  // eslint-disable-next-line prefer-rest-params -- it is what the case is about
  return () => arguments.length;
};
const key = 'comp';
const obj = {
  mul: 4,
  method(x: number): number {
    return x * factor;
  },
  usesThis(x: number): number {
    return x * this.mul;
  },
  async am(x: number): Promise<number> {
    return x + factor;
  },
  *g(x: number): Generator<number> {
    yield x;
    yield x + factor;
  },
  [key + 1](x: number): number {
    return x + 1;
  },
  get getter(): number {
    return factor;
  },
};
function* gen(n: number): Generator<number> {
  for (let i = 0; i < n; i++) yield i * factor;
}
async function* agen(n: number): AsyncGenerator<number> {
  for (let i = 0; i < n; i++) yield i * factor;
}
const big = (() => {
  const a: ((x: number) => number)[] = [];
  for (let i = 0; i < 3; i++) a.push((x: number) => x + i);
  return a;
})();
function overloaded(
  x: number,
  y: number = x * factor,
  { z = y + 1, ...rest }: { z?: number } = {},
  ...more: number[]
): unknown[] {
  return [x, y, z, rest, more];
}

const captures: Case[] = [
  { name: 'captured const', target: (x: number) => x * factor, args: [2], want: 6 },
  { name: 'captured let (read)', target: (x: number) => x + mutable, args: [2], want: 3 },
  { name: 'captured object', target: () => cfg.deep.v, want: 5 },
  { name: 'object holding closure', target: () => cfg.fn(1), want: 4 },
  { name: 'closure in loop', target: () => big.map((g) => g(10)), want: [10, 11, 12] },
  { name: 'fresh closure', target: loose(big[2]), args: [1], want: 3 },
  { name: 'recursion', target: fact, args: [5], want: 120 },
  { name: 'mutual recursion', target: isEven, args: [10], want: true },
  {
    name: 'named function expression',
    target: function self(n: number): number {
      return n ? n + self(n - 1) : factor;
    },
    args: [3],
    want: 9,
  },
  { name: 'default/rest/destructuring', target: overloaded, args: [1], want: [1, 3, 4, {}, []] },
  {
    name: 'async arrow',
    target: async (x: number) => {
      await null;
      return x * factor;
    },
    args: [2],
    want: 6,
  },
  { name: 'generator captured', target: () => [...gen(3)], want: [0, 3, 6] },
  {
    name: 'async generator captured',
    target: async () => {
      const r = [];
      for await (const v of agen(3)) r.push(v);
      return r;
    },
    want: [0, 3, 6],
  },
];

const imports: Case[] = [
  { name: 'imported function', target: (p: Point) => helper(p), args: [{ a: 2 }], want: 16 },
  { name: 'imported function direct', target: helper, args: [{ a: 2 }], want: 16 },
  { name: 'imported default direct', target: plusOne, args: [2], want: 3 },
  { name: 'imported const arrow direct', target: asyncDouble, args: [4], want: 8 },
  { name: 'imported const', target: () => K, want: 7 },
  { name: 'imported default', target: () => plusOne(1), want: 2 },
  { name: 'imported class', target: () => new Vec(3, 4).len(), want: 5 },
  { name: 'imported object w/ hidden fn', target: () => tools.secret(1), want: 107 },
  { name: 'hidden fn direct', target: tools.secret, args: [1], want: 107 },
  { name: 'hidden arrow direct', target: tools.arrow, args: [1], want: 108 },
  { name: 'wrapped export direct', target: wrapped, args: [1], want: 107 },
  {
    name: 'builtin namespace import',
    target: () => path.sep + path.basename('/a/b'),
    want: '/b',
  },
  { name: 'builtin named import', target: () => j('a', 'b') + basename('/q/w'), want: 'a/bw' },
  {
    name: 'builtin default import',
    target: () => typeof fs.readFileSync('/dev/null', 'utf8'),
    want: 'string',
  },
  { name: 'builtin fn direct', target: basename, args: ['/z/y'], want: 'y' },
  { name: 'native fn captured', target: () => max(1, 5), want: 5 },
  { name: 'native fn direct', target: Math.max, args: [1, 8], want: 8 },
];

const classes: Case[] = [
  { name: 'class captured', target: () => new Dog('a').speak(), want: 'a3!sit' },
  {
    name: 'class instance captured',
    target: () => [
      dog.speak(),
      dog.loud,
      dog instanceof Dog,
      dog instanceof Animal,
      dog.constructor === Dog,
    ],
    want: ['rex3!sit', 'REX', true, true, true],
  },
  {
    name: 'class instance as arg',
    target: (d: Dog) => d.speak() + (d instanceof Dog),
    args: [dog],
    want: 'rex3!sittrue',
  },
  {
    name: 'imported class instance',
    target: (v: Vec) => [v.len(), v instanceof Vec],
    args: [new Vec(3, 4)],
    want: [5, true],
  },
  { name: 'private class used inside', target: () => Priv.make(), want: 42 },
  { name: 'private instance', target: () => priv.read(), error: 'PRIVATE_FIELDS' },
  { name: 'private + registerTransfer', target: () => rev.x, want: 9 },
  {
    name: 'custom Error subclass',
    target: (e: MyErr) => [e instanceof MyErr, e instanceof Error, e.code, e.message],
    args: [new MyErr('boo')],
    want: [true, true, 'E1', 'boo'],
  },
  {
    name: 'Map subclass',
    target: (s: Stack<number>) => (s.top() ?? 0) + s.size,
    args: [new Stack([['top', 5]])],
    want: 6,
  },
  { name: 'mutual classes', target: () => new A1().b().a(), want: 'A1B1' },
  {
    name: 'base class that makes its subclass',
    target: () => [new Shape().double() instanceof Square, Square.sides, Shape.sides],
    want: [true, 4, 0],
  },
];

const values: Case[] = [
  { name: 'cycle with function', target: () => cyc.self!.f!() + cyc.f!(), want: 4 },
  { name: 'Map with function', target: () => memo.get('k')!(4), want: 5 },
  {
    name: 'symbol captured',
    target: () => [sym.description, { [sym]: 1 }[sym]],
    want: ['tag', 1],
  },
  { name: 'shared memory', target: () => Atomics.add(sab, 0, 5) >= 0, want: true },
  {
    name: 'console/process/globals',
    target: () => [
      typeof console.log,
      typeof process.pid,
      typeof structuredClone,
      new Date(0).getTime(),
    ],
    want: ['function', 'number', 'function', 0],
  },
  {
    name: 'callback in args',
    target: (g: Fn) => g(4 as never),
    args: [(x: number) => x * factor],
    want: 12,
  },
  {
    name: 'function nested in args',
    target: (o: { list: { cb: (x: number) => number }[] }) => o.list[0]!.cb(2),
    args: [{ list: [{ cb: (x: number) => x + factor }] }],
    want: 5,
  },
  {
    name: 'dynamic import',
    target: async () => (await import('node:os')).EOL,
    want: '\n',
  },
  {
    name: 'regexp/date/map/typed',
    target: (o: { r: RegExp; d: Date; m: Map<number, number>; t: Uint8Array }) => [
      o.r.test('ab'),
      o.d.getTime(),
      o.m.get(1),
      o.t[1],
    ],
    args: [{ r: /A/i, d: new Date(5), m: new Map([[1, 2]]), t: new Uint8Array([1, 2]) }],
    want: [true, 5, 2, 2],
  },
  { name: 'mutates captured object (copy)', target: () => ++counter.n, want: 1 },
];

const methods: Case[] = [
  { name: 'object method', target: obj.method, args: [2], want: 6 },
  { name: 'async method', target: obj.am, args: [2], want: 5 },
  { name: 'generator method', target: (x: number) => [...obj.g(x)], args: [1], want: [1, 4] },
  { name: 'computed method', target: loose(Reflect.get(obj, 'comp1')), args: [1], want: 2 },
  { name: 'method.bind(obj)', target: obj.usesThis.bind(obj), args: [3], want: 12 },
  {
    name: 'bound with args',
    target: ((a: number, b: number) => a * 10 + b + factor).bind(null, 4),
    args: [2],
    want: 45,
  },
  { name: 'bound native', target: Math.max.bind(null, 3), args: [1], want: 3 },
  { name: 'instance.method.bind', target: dog.speak.bind(dog), want: 'rex3!sit' },
  { name: 'unbound method with super', target: Dog.prototype.speak, error: 'CAPTURED_SUPER' },
  { name: '() => instance.method()', target: () => dog.speak(), want: 'rex3!sit' },
];

const assignments: Case[] = [
  {
    name: 'assigns captured',
    target: () => {
      mutable++;
    },
    error: 'CAPTURED_ASSIGNMENT',
  },
  {
    name: 'assigns captured (nested fn)',
    target: () => {
      [1].forEach(() => {
        mutable = 5;
      });
    },
    error: 'CAPTURED_ASSIGNMENT',
  },
  {
    name: 'helper with module state',
    target: () => [bump(), bump(), readBump()],
    want: [1, 2, 2],
  },
  {
    name: 'lazy singleton helper',
    target: () => getModel() === getModel() && getModel().w,
    want: 7,
  },
  {
    name: 'memoize helper (nested state)',
    target: (x: number) => [once(x), once(x + 1)],
    args: [4],
    want: [5, 5],
  },
  {
    name: 'shared nested state',
    target: () => {
      pair.inc();
      return pair.get();
    },
    error: 'CAPTURED_ASSIGNMENT',
  },
];

const refusals: Case[] = [
  { name: 'outer this', target: outer.call({ q: 1 }, 2), error: 'CAPTURED_THIS' },
  { name: 'outer arguments', target: makeArgs(1, 2), error: 'CAPTURED_ARGUMENTS' },
  {
    name: 'promise captured',
    target: (
      (p: Promise<number>) => () =>
        p
    )(Promise.resolve(1)),
    error: 'UNCLONEABLE',
  },
  { name: 'proxy fn', target: new Proxy(() => 1, {}), error: 'NATIVE_FUNCTION' },
];

const names: Case[] = [
  {
    name: 'nested fn names',
    target: () => {
      const inner = (x: number): number => x;
      function decl(): string {
        return inner.name;
      }
      return decl();
    },
    want: 'inner',
  },
];

export const cases: readonly Case[] = [
  ...captures,
  ...imports,
  ...classes,
  ...values,
  ...methods,
  ...assignments,
  ...refusals,
  ...names,
];
