// One cold start, in milliseconds; run by thread.ts. Plain JavaScript, so that no type stripping is measured.
import { Worker } from 'node:worker_threads';

const mode = process.argv[2];
if (mode === 'raw') {
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
