import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PRIM_TYPE } from '../../src/kernel/index.ts';
import type { Arena } from '../../src/kernel/index.ts';
import { keepName, nameOfEnded } from '../../src/kernel/table/ended.ts';
import { allocateIn, freeIn, releaseIn, usageIn } from '../../src/kernel/memory/heap.ts';
import { readText, writeText } from '../../src/kernel/memory/strings.ts';
import { giveNode, takeNode } from '../../src/kernel/table/nodes.ts';
import { burySlot, claimSlot } from '../../src/kernel/table/slots.ts';
import { setEvent, waitEventBlocking } from '../../src/kernel/waiting/event-word.ts';
import { lockOrQueue, stampNode, tryLock, unlock } from '../../src/kernel/waiting/lock-word.ts';
import { runProgram } from '../support/run.ts';
import { arenasBehind, primIn } from './arenas.ts';

const KERNEL = JSON.stringify(new URL('../../src/kernel/index.ts', import.meta.url).href);

describe('arena', { concurrency: 3 }, () => {
  test('has the size that HEDDLE_ARENA_MB says, and 64 MiB at the least', async () => {
    const size = async (megabytes: string): Promise<number> => {
      const ran = await runProgram(
        `import { arena } from ${KERNEL}; console.log((arena.end - arena.base) / 2 ** 18);`,
        { env: { HEDDLE_ARENA_MB: megabytes } },
      );
      return Number(ran.stdout);
    };
    const sizes = await Promise.all(['128', '1', '-5', 'many'].map(size));
    const [asked, least, negative, unclear] = sizes;
    assert.deepEqual([asked, least], [128, 64]);
    // What is no number is as if it were not there.
    assert.ok(unclear !== undefined && unclear >= 64 && negative === unclear, sizes.join());
  });

  test('takes memory from the system only as it is used', async () => {
    const ran = await runProgram(
      `import { allocate, byteLengthOf, bytesOf, offsetOf } from ${KERNEL};
      const before = process.memoryUsage().rss;
      const handle = allocate(32 * 2 ** 20);
      const between = process.memoryUsage().rss;
      const start = offsetOf(handle);
      bytesOf(handle).fill(1, start, start + byteLengthOf(handle));
      const after = process.memoryUsage().rss;
      console.log(JSON.stringify([between - before, after - between].map((n) => n / 2 ** 20)));`,
      { env: { HEDDLE_ARENA_MB: '512' } },
    );
    const [cut, filled] = JSON.parse(ran.stdout) as [number, number];
    assert.ok(cut < 16 && filled > 24, ran.stdout);
  });

  test('is the same memory in a worker, which has another id', async () => {
    const ran = await runProgram(
      `import { Thread } from 'heddle/threading';
      import { arena } from ${KERNEL};
      const target = () => { arena.cells[arena.cells.length - 1] = 7; return arena.tid; };
      const tid = new Thread({ target }).start().result();
      console.log(arena.cells.at(-1), tid !== arena.tid);`,
    );
    assert.equal(ran.stdout, '7 true\n', ran.stderr);
  });

  test('that is full ends a start() with a typed error, and nothing is lost by it', async () => {
    const ran = await runProgram(
      `import { Thread } from 'heddle/threading';
      import { allocate, release } from ${KERNEL};
      const thread = new Thread({ target: (text) => text.length, args: ['x'.repeat(100_000)] });
      const blocks = [];
      let size = 2 ** 25;
      while (size > 2 ** 14) {
        try { blocks.push(allocate(size)); } catch { size /= 2; }
      }
      try { thread.start(); } catch (error) { console.log(error.code, thread.state); }
      for (const block of blocks) release(block);
      console.log(thread.start().result());`,
      { env: { HEDDLE_ARENA_MB: '64' } },
    );
    const expected = 'ERR_HEDDLE_OUT_OF_MEMORY initial\n100000\n';
    assert.equal(ran.stdout, expected, ran.stderr);
  });
});

test('Arena changes nothing of an arena that lies before it in the same memory', () => {
  const [a, b] = arenasBehind(2) as [Arena, Arena];
  const ahead = Buffer.from(a.memory, 0, a.base * 4);
  const before = ahead.toString('latin1');
  const lock = primIn(a, PRIM_TYPE.LOCK);
  const event = primIn(b, PRIM_TYPE.EVENT);
  assert.ok(tryLock(a, lock));
  const node = takeNode(b);
  stampNode(b, node);
  assert.equal(lockOrQueue(b, lock, node, false), 0);
  unlock(a, lock);
  setEvent(a, event);
  assert.equal(
    waitEventBlocking(b, event, Infinity, event, () => {}),
    true,
  );
  keepName(a, a.tid, writeText(a, 'warp'));
  assert.equal(nameOfEnded(b, a.tid), 'warp');
  giveNode(b, takeNode(b));
  const block = allocateIn(a, 1000, 0);
  assert.ok(releaseIn(b, block));
  freeIn(b, block);
  burySlot(b, claimSlot(b));
  assert.ok([lock, event, node, block].every((index) => index > a.base && index < a.end));
  assert.equal(ahead.toString('latin1'), before);
  assert.equal(readText(a, writeText(a, 'its own')), 'its own');
});

test('Arena cuts blocks up to its end, and not beyond', () => {
  const [a] = arenasBehind(1) as [Arena];
  const blocks: number[] = [];
  const cut = (): void => {
    for (;;) blocks.push(allocateIn(a, 400_000, 0));
  };
  assert.throws(cut, { code: 'ERR_HEDDLE_OUT_OF_MEMORY', message: /in the 16 MiB of the arena/ });
  assert.ok(blocks.length > 20 && blocks.length < 32, String(blocks.length));
  assert.ok(blocks.every((block) => block < a.end));
  assert.equal(usageIn(a).blocks, blocks.length);
});
