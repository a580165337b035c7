// What functions can look like, and what each must do in a thread. The same list runs in each way
// to build a program.
import * as path from 'node:path';
import { join as j, basename } from 'node:path';
import fs from 'node:fs';
import { classes } from './classes.ts';
import plusOne, { helper, K, Vec, tools, wrapped, asyncDouble } from './lib.ts';
import type { Case, Point } from './lib.ts';

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
interface Cycle {
  v: number;
  self: Cycle;
  f(): number;
}
const cyc = { v: 1 } as Cycle;
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
const makeArgs = function (..._numbers: number[]): () => number {
  return () => arguments.length;
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
      await Promise.resolve();
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

const values: Case[] = [
  { name: 'cycle with function', target: () => cyc.self.f() + cyc.f(), want: 4 },
  { name: 'Map with function', target: () => memo.get('k')?.(4), want: 5 },
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
    target: (o: { list: { cb: (x: number) => number }[] }) => o.list[0]?.cb(2),
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
  ...assignments,
  ...refusals,
  ...names,
];
