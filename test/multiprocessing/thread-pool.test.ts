import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ThreadPool } from 'heddle/multiprocessing';
import { Event } from 'heddle/threading';
import { poolContract } from '../contracts/pool.contract.ts';

poolContract({
  name: 'ThreadPool',
  makePool: (processes, options) => new ThreadPool(processes, options),
  makeEvent: () => new Event(),
  deadly: ['exit'],
});

test('ThreadPool transfer: detaches buffers once all that has them is sent', async () => {
  const pool = new ThreadPool(1, { retries: 1 });
  const make = (): ArrayBuffer[] => [1, 2, 3].map((n) => new Uint8Array([n, n, n]).buffer);
  const sum = (buffer: ArrayBuffer): number => new Uint8Array(buffer).reduce((a, b) => a + b, 0);
  const isGone = (buffers: readonly ArrayBuffer[]): boolean => buffers.every((one) => one.detached);

  const [applied, mapped, walked] = [make(), make(), make()];
  assert.equal(pool.apply(sum, [applied[0] as ArrayBuffer], { transfer: applied }), 3);
  assert.ok(isGone(applied));
  const options = { transfer: mapped, chunksize: 1 };
  assert.deepEqual(await pool.mapAsync(sum, mapped, options), [3, 6, 9]);
  assert.ok(isGone(mapped));
  const lazy = { transfer: walked, chunksize: 1, buffersize: 1 };
  assert.deepEqual([...pool.imap(sum, walked, lazy)], [3, 6, 9]);
  assert.ok(isGone(walked));

  const [again] = make();
  const dieOnce = async (buffer: ArrayBuffer): Promise<number> => {
    const { currentTask } = await import('heddle/multiprocessing');
    return currentTask()?.attempt === 1 ? process.exit(3) : buffer.byteLength;
  };
  assert.equal(
    pool.apply(dieOnce, [again as ArrayBuffer], { transfer: [again as ArrayBuffer] }),
    3,
  );

  // What was not sent stays whole, and so does what may not be moved.
  const kept = make();
  const bad = [...kept, { inner: Promise.resolve() }];
  const all = { transfer: kept, chunksize: 1 };
  assert.throws(() => pool.map((one: unknown) => one, bad, all), { name: 'TransferError' });
  assert.ok(kept.every((one) => one.byteLength === 3));
  assert.throws(() => pool.apply(sum, [kept[0] as ArrayBuffer], { transfer: applied }), TypeError);
  pool.terminate();
});
