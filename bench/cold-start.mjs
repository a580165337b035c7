// One cold start, in milliseconds; run by thread.ts. Plain JavaScript, so that no type stripping is measured.
import { SHARE_ENV, Worker, isMainThread, workerData } from 'node:worker_threads';

const mode = process.argv[2];
if (!isMainThread) {
  Atomics.store(workerData, 0, 1);
  Atomics.notify(workerData, 0);
} else if (mode === 'floor') {
  const cells = new Int32Array(new SharedArrayBuffer(4));
  const options = { workerData: cells, env: SHARE_ENV, trackUnmanagedFds: false };
  const begin = performance.now();
  const worker = new Worker(new URL(import.meta.url), { ...options, stdout: true, stderr: true });
  worker.unref();
  Atomics.wait(cells, 0, 0);
  console.log(performance.now() - begin);
} else if (mode === 'raw') {
  const begin = performance.now();
  new Worker('', { eval: true }).on('exit', () => console.log(performance.now() - begin));
} else {
  const { Thread } = await import('heddle/threading');
  const table = [1, 2, 3];
  const target = mode === 'heddle' ? () => {} : () => table.length;
  const begin = performance.now();
  new Thread({ target }).start().join();
  console.log(performance.now() - begin);
}
