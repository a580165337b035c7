// A flood of tasks: tiny ones through imapUnordered(), more than could be held, and then as many
// outstanding at once. Each result comes once, and memory is bounded.
//
// Arguments: threads or processes, how many tiny tasks, how many outstanding. Prints what it
// counted, as JSON. Wants --expose-gc.
import { Event, Pool, ThreadPool } from 'heddle/multiprocessing';
import { arena, family } from '../../../src/kernel/index.ts';
import { usageIn } from '../../../src/kernel/memory/heap.ts';

const [kind, tiny = '50000', outstanding = '20000'] = process.argv.slice(2);
const isProcesses = kind === 'processes';
const gc = (globalThis as unknown as { gc: () => void }).gc;

const pool = isProcesses ? new Pool(2) : new ThreadPool(2);
const gate = new Event();
const square = (n: number): number => n * n;
pool.map(square, [1, 2, 3, 4]);

const kib = (bytes: number): number => Math.round(bytes / 1024);
const bytesShared = (): number => usageIn(isProcesses ? family() : arena).bytes;
const bytesOwn = (): number => {
  gc();
  return process.memoryUsage().heapUsed;
};

/** Every so many results, a look at the memory. */
const LOOKS = 10;

function stream(count: number): Record<string, number> {
  let read = 0;
  function* items(): Generator<number> {
    while (read < count) yield read++;
  }
  const seen = new Uint8Array(count);
  const before = { shared: bytesShared(), own: bytesOwn() };
  let [came, ahead, shared, own] = [0, 0, 0, 0];
  for (const value of pool.imapUnordered(square, items())) {
    const n = Math.sqrt(value);
    seen[n] = (seen[n] ?? 0) + 1;
    came += 1;
    ahead = Math.max(ahead, read - came);
    if (came % 100 === 0) shared = Math.max(shared, bytesShared() - before.shared);
    if (came % Math.ceil(count / LOOKS) === 0) own = Math.max(own, bytesOwn() - before.own);
  }
  const once = seen.filter((times) => times === 1).length;
  const left = bytesShared() - before.shared;
  return { once, ahead, sharedKib: kib(shared), ownKib: kib(own), leftKib: kib(left) };
}

function hold(count: number): Record<string, number> {
  const before = bytesShared();
  const wait = (n: number): boolean => gate.wait(n);
  const holders = [60, 60].map((n) => pool.applyAsync(wait, [n]));
  while (pool.stats.waiting > 0);
  let told = 0;
  const callback = (): void => void (told += 1);
  const results = Array.from({ length: count }, (_, n) =>
    pool.applyAsync(square, [n], { callback }),
  );
  const { waiting } = pool.stats;
  const shared = bytesShared() - before;
  gate.set();
  const once = results.filter((result, n) => result.get() === n * n).length;
  for (const holder of holders) holder.get();
  const left = bytesShared() - before;
  return { waiting, once, told, bytesEach: Math.round(shared / count), leftKib: kib(left) };
}

const streamed = stream(Number(tiny));
const held = hold(Number(outstanding));
pool.close();
pool.join();
console.log(JSON.stringify({ streamed, held }));
