// Blocks are checked by what is written in them: a block filled with a number of its own keeps it
// as long as it is in use, whatever else is cut and freed meanwhile.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Thread } from 'heddle/threading';
import { allocate, byteLengthOf, cells, release, usage } from '../../src/kernel/index.ts';
import type { Arena } from '../../src/kernel/index.ts';
import {
  allocateIn,
  capacityIn,
  freeIn,
  isSited,
  kindIn,
  markSited,
  releaseIn,
  retainIn,
  tryRetainIn,
  usageIn,
} from '../../src/kernel/memory/heap.ts';
import {
  FREE_LIST,
  FREE_LISTS,
  MAGAZINE,
  MAGAZINES,
  MAGAZINES_CELLS,
} from '../../src/kernel/memory/layout.ts';
import { lockSide, unlockSide } from '../../src/kernel/waiting/side-lock.ts';
import { burySlot } from '../../src/kernel/table/slots.ts';
import { randomFrom } from '../support/random.ts';
import { anotherThread, arenasOf } from './arenas.ts';

function newArena(): Arena {
  return arenasOf(1)[0] as Arena;
}

function free(arena: Arena, handle: number): void {
  assert.equal(releaseIn(arena, handle), true);
  freeIn(arena, handle);
}

test('allocateIn() gives room for what was asked, in classes half a step apart', () => {
  const arena = newArena();
  const sizes = [0, 1, 24, 25, 40, 41, 56, 57, 88, 89, 1000, 4088, 4089, 65_536, 1_000_000];
  for (const size of sizes) {
    const room = capacityIn(arena, allocateIn(arena, size, 0));
    assert.ok(room >= size, `${room} bytes for ${size}`);
    // A power of two or one and a half of it, with the header: at most half as much again.
    const total = (room + 8) / 2 ** Math.floor(Math.log2(room + 8));
    assert.ok(total === 1 || total === 1.5, `${room} bytes for ${size}`);
    assert.ok(room + 8 <= Math.max(32, 1.5 * (size + 8)), `${room} bytes for ${size}`);
  }
});

test('allocateIn() aligns each payload to eight bytes', () => {
  const arena = newArena();
  for (let size = 0; size < 300; size += 7) assert.equal(allocateIn(arena, size, 0) % 2, 0);
});

test('allocateIn() takes a freed block of the same class again, the last freed first', () => {
  const arena = newArena();
  const [first, second] = [allocateIn(arena, 100, 0), allocateIn(arena, 100, 0)];
  free(arena, first);
  free(arena, second);
  assert.deepEqual([allocateIn(arena, 120, 0), allocateIn(arena, 90, 0)], [second, first]);
});

test('allocateIn() leaves a freed block of another class alone while there is fresh memory', () => {
  const arena = newArena();
  const large = allocateIn(arena, 1000, 0);
  free(arena, large);
  assert.notEqual(allocateIn(arena, 100, 0), large);
});

test('allocateIn() notes the kind, also in a block that had another', () => {
  const arena = newArena();
  const handle = allocateIn(arena, 10, 5);
  markSited(arena, handle);
  assert.deepEqual([kindIn(arena, handle), isSited(arena, handle)], [5, true]);
  free(arena, handle);
  assert.equal(allocateIn(arena, 10, 7), handle);
  assert.deepEqual([kindIn(arena, handle), isSited(arena, handle)], [7, false]);
  assert.equal(capacityIn(arena, handle), 24);
  assert.equal(releaseIn(arena, handle), true);
});

test('allocateIn() at the end of the memory uses free blocks of larger classes', () => {
  const arena = newArena();
  const large: number[] = [];
  const fill = (size: number, into: number[]): unknown => {
    try {
      for (;;) into.push(allocateIn(arena, size, 0));
    } catch (error) {
      return error;
    }
  };
  assert.equal((fill(1_000_000, large) as { code: string }).code, 'ERR_HEDDLE_OUT_OF_MEMORY');
  const small: number[] = [];
  fill(20, small);
  const kept = large.pop() as number;
  for (const handle of large) free(arena, handle);
  const more: number[] = [];
  fill(20, more);
  assert.deepEqual(new Set(more), new Set(large));
  // A block from a larger class keeps its size, and goes back where it came from.
  for (const handle of more) assert.equal(capacityIn(arena, handle), capacityIn(arena, kept));
  for (const handle of [...more, ...small, kept]) free(arena, handle);
  assert.deepEqual(usageIn(arena), { bytes: 0, blocks: 0 });
  assert.equal(allocateIn(arena, 1_000_000, 0), kept);
});

test('allocateIn() refuses a size that no arena can have, and names the way out', () => {
  const arena = newArena();
  for (const size of [2 ** 31 - 7, 2 ** 31, 2 ** 40, Infinity, NaN]) {
    assert.throws(() => allocateIn(arena, size, 0), {
      name: 'HeddleError',
      code: 'ERR_HEDDLE_OUT_OF_MEMORY',
      message: /HEDDLE_ARENA_MB/,
    });
  }
  assert.deepEqual(usageIn(arena), { bytes: 0, blocks: 0 });
});

test('releaseIn() tells the last of as many as retainIn() counted', () => {
  const arena = newArena();
  const handle = allocateIn(arena, 10, 0);
  retainIn(arena, handle);
  retainIn(arena, handle);
  const last = [1, 2, 3].map(() => releaseIn(arena, handle));
  assert.deepEqual(last, [false, false, true]);
});

test('tryRetainIn() brings no block back that nobody refers to', () => {
  const arena = newArena();
  const handle = allocateIn(arena, 10, 0);
  assert.equal(tryRetainIn(arena, handle), true);
  releaseIn(arena, handle);
  releaseIn(arena, handle);
  assert.equal(tryRetainIn(arena, handle), false);
});

test('allocateIn() takes what another thread has freed, but for two rows that it keeps', () => {
  const [arena, other] = arenasOf(2) as [Arena, Arena];
  const blocks = Array.from({ length: 100 }, () => allocateIn(arena, 100, 0));
  for (const handle of blocks) free(other, handle);
  assert.deepEqual(usageIn(arena), { bytes: 0, blocks: 0 });
  const again = Array.from({ length: 100 }, () => allocateIn(arena, 100, 0));
  const known = new Set(blocks);
  assert.ok(again.filter((handle) => known.has(handle)).length >= 100 - 2 * 16);
  assert.equal(new Set(again).size, 100);
  assert.equal(usageIn(arena).blocks, 100);
});

test('freeIn() keeps no large blocks from other threads', () => {
  const [arena, other] = arenasOf(2) as [Arena, Arena];
  const large = allocateIn(arena, 5000, 0);
  free(other, large);
  assert.equal(allocateIn(arena, 5000, 0), large);
});

test('mendMagazine() hands down what the thread before had freed, whatever it was doing', () => {
  for (const half of ['nothing', 'count', 'spare']) {
    const [arena, victim] = arenasOf(2) as [Arena, Arena];
    const blocks = Array.from({ length: 16 }, () => allocateIn(arena, 10, 0));
    for (const handle of blocks) free(victim, handle);
    const magazine = MAGAZINES + victim.slot * MAGAZINES_CELLS;
    if (half === 'count') victim.cells[magazine + MAGAZINE.COUNT] = 15;
    // It was about to make its full row the spare one.
    if (half === 'spare') {
      victim.cells[magazine + MAGAZINE.SPARE] = victim.cells[magazine + MAGAZINE.HEAD] as number;
    }
    burySlot(arena, victim.slot);
    const heir = anotherThread(arena.memory);
    assert.equal(heir.slot, victim.slot);
    assert.deepEqual(usageIn(arena), { bytes: 0, blocks: 0 });
    const again = Array.from({ length: 17 }, () => allocateIn(heir, 10, 0));
    assert.deepEqual(new Set(again.slice(0, 16)), new Set(blocks), half);
    assert.equal(new Set(again).size, 17);
  }
});

test('mendMagazine() cuts a row off that leads into itself', () => {
  const [arena, victim] = arenasOf(2) as [Arena, Arena];
  const blocks = [1, 2, 3].map(() => allocateIn(arena, 10, 0));
  for (const handle of blocks) free(victim, handle);
  victim.cells[blocks[0] as number] = blocks[2] as number;
  burySlot(arena, victim.slot);
  const heir = anotherThread(arena.memory);
  const again = Array.from({ length: 10 }, () => allocateIn(heir, 10, 0));
  assert.equal(new Set(again).size, 10);
  assert.ok(!blocks.some((handle) => again.includes(handle)));
});

// In GIL mode, who waits for a lock may do something else meanwhile, which may need blocks.
for (const [name, act, mixed] of [
  ['freeIn()', 'free', 'free'],
  ['allocateIn()', 'allocate', 'allocate'],
  ['freeIn() while it allocates', 'free', 'allocate'],
  ['allocateIn() while it frees', 'allocate', 'free'],
] as const) {
  test(`${name} may be called again while it waits for the list`, () => {
    const [arena, other] = arenasOf(2) as [Arena, Arena];
    const blocks = Array.from({ length: 100 }, () => allocateIn(arena, 10, 0));
    const held = new Set(blocks);
    const run = (what: 'free' | 'allocate', handle: number): void => {
      if (what === 'free') {
        free(arena, handle);
        held.delete(handle);
      } else {
        const cut = allocateIn(arena, 10, 0);
        assert.ok(!held.has(cut));
        held.add(cut);
      }
    };
    // Rows on the list, and a magazine that is full, or empty.
    for (const handle of blocks.slice(0, act === 'free' ? 64 : 48)) free(other, handle);
    for (const handle of blocks.slice(0, act === 'free' ? 64 : 48)) held.delete(handle);
    if (act === 'free') for (const handle of blocks.slice(64, 96)) run('free', handle);
    const lock = FREE_LISTS + FREE_LIST.LOCK;
    lockSide(other, lock);
    let waits = 0;
    arena.unlocked = (call) => {
      waits += 1;
      unlockSide(other, lock);
      const awakening = call();
      arena.unlocked = null;
      run(mixed, blocks[97] as number);
      return awakening;
    };
    run(act, blocks[98] as number);
    assert.equal(waits, 1);
    for (let n = 0; n < 120; n++) run('allocate', 0);
  });
}

test('allocateIn() goes on after a thread died with the lock of its free list', () => {
  const [arena, other] = arenasOf(2) as [Arena, Arena];
  const blocks = Array.from({ length: 48 }, () => allocateIn(arena, 10, 0));
  lockSide(other, FREE_LISTS + FREE_LIST.LOCK);
  burySlot(arena, other.slot);
  for (const handle of blocks) free(arena, handle);
  assert.ok(allocateIn(arena, 10, 0) > 0);
});

// What a program does, as [size] to allocate, or the index of one to retain or to release.
const actions = fc.array(
  fc.oneof(
    fc.record({ act: fc.constant('allocate' as const), size: fc.nat({ max: 5000 }) }),
    fc.record({ act: fc.constantFrom('retain' as const, 'release' as const), index: fc.nat() }),
  ),
  { maxLength: 200 },
);

test('usageIn() and every block agree with a model, whatever is allocated and released', () => {
  fc.assert(
    fc.property(actions, (program) => {
      const arena = newArena();
      const model: { handle: number; count: number; mark: number }[] = [];
      let mark = 0;
      for (const step of program) {
        if (step.act === 'allocate') {
          const handle = allocateIn(arena, step.size, 0);
          mark += 1;
          arena.cells.fill(mark, handle, handle + capacityIn(arena, handle) / 4);
          model.push({ handle, count: 1, mark });
        } else if (model.length > 0) {
          const index = step.index % model.length;
          const block = model[index] as (typeof model)[0];
          block.count += step.act === 'retain' ? 1 : -1;
          if (step.act === 'retain') retainIn(arena, block.handle);
          else assert.equal(releaseIn(arena, block.handle), block.count === 0);
          if (block.count === 0) {
            freeIn(arena, block.handle);
            model.splice(index, 1);
          }
        }
      }
      let bytes = 0;
      for (const block of model) {
        const room = capacityIn(arena, block.handle);
        const written = arena.cells.subarray(block.handle, block.handle + room / 4);
        assert.ok(written.every((cell) => cell === block.mark));
        bytes += room + 8;
      }
      assert.deepEqual(usageIn(arena), { bytes, blocks: model.length });
    }),
    { numRuns: 300 },
  );
});

test('allocate() gives no block to two of the threads that allocate at once', async () => {
  const before = usage();
  const churn = (own: number, steps: number): string | null => {
    const random = randomFrom(own);
    const mine: number[] = [];
    const check = (handle: number): boolean =>
      cells.subarray(handle, handle + byteLengthOf(handle) / 4).every((cell) => cell === own);
    for (let step = 0; step < steps; step++) {
      if (random() < 0.52) {
        // Mostly of a few classes, which all the threads fight for.
        const handle = allocate(random() < 0.9 ? 10 + random() * 60 : random() * 4000);
        cells.fill(own, handle, handle + byteLengthOf(handle) / 4);
        mine.push(handle);
      } else if (mine.length > 0) {
        const [handle = 0] = mine.splice(Math.floor(random() * mine.length), 1);
        if (!check(handle)) return `block ${handle} of ${own} was written by another`;
        release(handle);
      }
    }
    for (const handle of mine) {
      if (!check(handle)) return `block ${handle} of ${own} was written by another`;
      release(handle);
    }
    return null;
  };
  const threads = [1, 2, 3, 4].map((own) =>
    new Thread({ target: churn, args: [own * 1_000_003, 20_000] }).start(),
  );
  const outcomes = await Promise.all(threads.map((thread) => thread.resultAsync()));
  assert.deepEqual(outcomes, [null, null, null, null]);
  // Beside the records of the threads themselves, and what they know of this file.
  const after = usage();
  assert.ok(after.blocks - before.blocks < 100, `${before.blocks}, then ${after.blocks} blocks`);
});
