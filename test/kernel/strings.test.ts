import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { readText, readTextAt, writeText } from '../../src/kernel/index.ts';
import type { Arena } from '../../src/kernel/index.ts';
import { arenasOf } from './arenas.ts';

test('readText() gives what writeText() was given, and nothing for no handle', () => {
  const [arena] = arenasOf(1) as [Arena];
  assert.equal(readText(arena, 0), '');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(readText(arena, writeText(arena, text)), text);
    }),
  );
});

test('writeText() replaces half a surrogate pair, which UTF-8 cannot hold', () => {
  const [arena] = arenasOf(1) as [Arena];
  assert.equal(readText(arena, writeText(arena, 'a\ud800b')), 'a\ufffdb');
});

test('readText() stays within the block, whatever stands in it by then', () => {
  const [arena] = arenasOf(1) as [Arena];
  const handle = writeText(arena, 'text');
  for (const length of [-1, 2 ** 31 - 1]) {
    arena.cells[handle] = length;
    assert.ok(readText(arena, handle).length <= 24);
  }
});

test('readTextAt() gives a text that its cell refers to, though others put another there', () => {
  const [arena] = arenasOf(1) as [Arena];
  const cell = writeText(arena, '');
  assert.equal(readTextAt(arena, cell), '');
  arena.cells[cell] = writeText(arena, 'before');
  const after = writeText(arena, 'after');
  let exchanges = 0;
  const { bytes } = arena;
  const racing = {
    cells: arena.cells,
    offsetOf: (index: number) => arena.offsetOf(index),
    bytes: {
      toString: (...range: [BufferEncoding, number, number]) => {
        const text = bytes.toString(...range);
        if (exchanges++ === 0) arena.cells[cell] = after;
        return text;
      },
    },
  } as unknown as Arena;
  assert.equal(readTextAt(racing, cell), 'after');
  assert.equal(exchanges, 2);
});
