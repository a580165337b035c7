// The codec: what is encoded and decoded is what it was, for every kind of plain data.
//
// fast-check makes the values; node's own strict deep equality compares, which sees -0, holes,
// cycles and prototypes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { decode, encode } from '../../src/wire/index.ts';

function roundTrip<T>(value: T): T {
  return decode(encode(value, 'value')) as T;
}

function same(value: unknown): void {
  assert.deepStrictEqual(roundTrip(value), value);
}

const ANYTHING = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
});

test('encode() keeps any plain data', () => {
  fc.assert(fc.property(ANYTHING, same), { numRuns: 1000 });
});

test('encode() keeps any string, lone surrogates included', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), same));
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), same));
  const lone = '\ud800';
  for (const unit of ['a', 'é', '€', '😀', lone]) {
    for (const length of [1, 27, 28, 29, 100, 254, 255, 256, 65_536, 65_537]) {
      same(unit.repeat(length));
      same({ [unit.repeat(length)]: 1 });
    }
  }
});

test('encode() keeps any number', () => {
  fc.assert(fc.property(fc.double(), same));
  fc.assert(fc.property(fc.integer(), same));
  for (const edge of [0, 127, 128, 255, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 53]) same(edge);
  for (const edge of [-0, NaN, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE]) same(edge);
  fc.assert(fc.property(fc.bigInt(), same));
});

test('encode() keeps arrays of numbers, whichever way they are packed', () => {
  for (const length of [15, 16, 17, 1000]) {
    same(Array.from({ length }, (_, i) => i - 5));
    same(Array.from({ length }, (_, i) => i / 3));
    same(Array.from({ length }, (_, i) => (i === 3 ? -0 : i)));
    same(Array.from({ length }, (_, i) => (i === 3 ? NaN : i)));
    same(Array.from({ length }, (_, i) => (i === 3 ? undefined : i)));
    same(Array.from({ length }, (_, i) => (i === length - 1 ? 'text' : i)));
  }
});

test('encode() keeps holes and further properties of arrays', () => {
  for (const length of [0, 3, 40, 5000]) {
    const array: unknown[] = Array.from({ length }, () => 'x');
    if (length > 0) Reflect.deleteProperty(array, 1);
    same(array);
    same(Object.assign(array.slice(), { extra: [1], [Symbol.for('key')]: 2 }));
  }
  const sparse: unknown[] = [];
  sparse.length = 2 ** 30;
  sparse[3] = 'x';
  const copy = roundTrip(sparse);
  assert.deepEqual([copy.length, Object.keys(copy), copy[3]], [2 ** 30, ['3'], 'x']);
});

test('encode() keeps cycles and shared parts of any graph', () => {
  const graphs = fc.array(fc.array(fc.nat(40), { maxLength: 4 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(graphs, (edges) => {
      const nodes = edges.map((_, i) => makeNode(i));
      for (const [i, targets] of edges.entries()) {
        for (const target of targets) nodes[i]?.link(nodes[target % nodes.length]?.object);
      }
      const root = nodes.map((node) => node.object);
      same(root);
      const copy = roundTrip([root, root]);
      assert.equal(copy[0], copy[1]);
    }),
  );
});

interface Node {
  readonly object: object;
  link(target: object | undefined): void;
}

// Nodes of each kind of container in turn.
function makeNode(i: number): Node {
  const array: unknown[] = [i];
  const map = new Map<unknown, unknown>([[i, i]]);
  const set = new Set<unknown>([i]);
  const plain: Record<string, unknown> = { i };
  const kinds: readonly Node[] = [
    { object: array, link: (target) => void array.push(target) },
    { object: map, link: (target) => void map.set(map.size, target) },
    { object: set, link: (target) => void set.add([target]) },
    { object: plain, link: (target) => void (plain[`k${Object.keys(plain).length}`] = target) },
  ];
  return kinds[i % kinds.length] as Node;
}

test('encode() keeps objects of one shape, of many, and of nested ones', () => {
  same(Array.from({ length: 50 }, (_, i) => ({ id: i, name: `n${i}`, tags: [i] })));
  same(Array.from({ length: 50 }, (_, i) => ({ [`k${i % 11}`]: i, other: { [`k${i % 3}`]: i } })));
  let tree: unknown = null;
  for (let i = 0; i < 30; i++) tree = { value: i, left: tree, right: { value: i, left: null } };
  same(tree);
});

test('encode() keeps the order of keys, and a key called __proto__', () => {
  const parsed = JSON.parse('{"b":1,"__proto__":{"x":1},"a":2,"1":3}') as object;
  const copy = roundTrip(parsed);
  assert.deepEqual(Object.keys(copy), ['1', 'b', '__proto__', 'a']);
  assert.equal(Object.getPrototypeOf(copy), Object.prototype);
});

test('encode() keeps symbols as keys and as values', () => {
  const own = Symbol('own');
  const value = { [Symbol.for('a')]: 1, [Symbol.iterator]: 2, [own]: own };
  same(value);
  assert.equal(roundTrip(own), own);
});

test('encode() keeps a list of a million nodes', () => {
  let list: { value: number; next: unknown } | null = null;
  for (let i = 0; i < 1e6; i++) list = { value: i, next: list };
  let copy = roundTrip<typeof list>(list);
  let count = 0;
  for (; copy !== null; copy = copy.next as typeof list) count++;
  assert.equal(count, 1e6);
});

test('encode() keeps deep nests of every container', () => {
  let nest: unknown = 'innermost';
  for (let i = 0; i < 3000; i++) {
    const inner: unknown = nest;
    nest = [[inner], new Map([[1, inner]]), new Set([inner]), { inner }][i % 4];
  }
  const copy = roundTrip(nest);
  let left: unknown = copy;
  let depth = 0;
  for (; left !== 'innermost'; depth++) {
    if (left instanceof Map) left = left.get(1);
    else if (left instanceof Set) [left] = left;
    else left = Object.values(left as object)[0];
  }
  assert.equal(depth, 3000);
});

test('encode() keeps views on one buffer on one buffer, and a Buffer to its own bytes', () => {
  const buffer = new ArrayBuffer(32);
  const views = { a: new Uint8Array(buffer, 3, 5), b: new Float64Array(buffer, 8, 2), buffer };
  views.b[0] = Math.PI;
  const copy = roundTrip(views);
  assert.deepEqual(copy, views);
  assert.ok(copy.a.buffer === copy.buffer && copy.b.buffer === copy.buffer);
  for (const length of [2, 64, 65, 100]) {
    const bytes = Uint8Array.from({ length }, (_, i) => i);
    const [small, whole, other] = roundTrip([
      bytes,
      bytes.buffer,
      new Uint16Array(bytes.buffer, 0, 1),
    ]);
    assert.deepEqual(small, bytes);
    assert.ok((small as Uint8Array).buffer === whole && (other as Uint16Array).buffer === whole);
  }
  const slice = Buffer.from('some text of a pool').subarray(5, 9);
  const text = roundTrip(slice);
  assert.ok(Buffer.isBuffer(text));
  assert.deepEqual([text.toString(), text.buffer.byteLength], ['text', 4]);
});

test('encode() keeps buffers that can grow, empty ones, and bytes at any offset', () => {
  const growing = roundTrip(new ArrayBuffer(4, { maxByteLength: 64 }));
  assert.deepEqual([growing.byteLength, growing.maxByteLength], [4, 64]);
  same([new Uint8Array(0), new ArrayBuffer(0), Buffer.alloc(0)]);
  for (let length = 1; length < 12; length++) {
    same({ text: 'x'.repeat(length), bytes: Uint8Array.from({ length }, (_, i) => i) });
  }
});

test('encode() keeps dates, expressions, URLs and boxed values', () => {
  same([new Date(0), /a\/b/giu, new RegExp('')]);
  assert.ok(Number.isNaN(roundTrip(new Date(NaN)).getTime()));
  same([Object(1), Object('s'), Object(false), Object(1n)]);
  const url = roundTrip(new URL('http://user@host:81/path?q=1#h'));
  assert.equal(url.href, 'http://user@host:81/path?q=1#h');
  assert.deepEqual(
    [...roundTrip(new URLSearchParams('a=1&a=2'))],
    [
      ['a', '1'],
      ['a', '2'],
    ],
  );
});

test('encode() reads what a getter gives, and leaves out what is not enumerable', () => {
  const value = {
    get computed(): number {
      return 5;
    },
  };
  Object.defineProperty(value, 'hidden', { value: 1 });
  assert.deepEqual(roundTrip(value), { computed: 5 });
});
