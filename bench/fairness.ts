// How long one waits for a lock that others take and release without pause.
//
// Every thread measures each of its own waits; what counts is the longest of all. A thread that has
// waited for a millisecond is handed the lock (kernel/waiting/lock-word.ts), so the rest is how
// long the system takes to run it.
import { Lock, RLock, Thread } from 'heddle/threading';

const THREADS = 4;
const SECONDS = 3;
const MOST_MS = 20;

const longest = (lock: Lock | RLock, seconds: number): [count: number, longestMs: number] => {
  let [count, most] = [0, 0];
  const end = performance.now() + seconds * 1000;
  for (let now = performance.now(); now < end; count++) {
    lock.acquire();
    const taken = performance.now();
    most = Math.max(most, taken - now);
    lock.release();
    now = performance.now();
  }
  return [count, most];
};

console.log(`\n### The longest wait for a lock (Node ${process.versions.node})\n`);
console.log(`| ${THREADS} threads without pause | times taken | longest wait | at most | met |`);
console.log('| --- | --- | --- | --- | --- |');
for (const [name, lock] of [
  ['Lock', new Lock()],
  ['RLock', new RLock()],
] as const) {
  const threads = Array.from({ length: THREADS }, () =>
    new Thread({ target: longest, args: [lock, SECONDS] }).start(),
  );
  const results = threads.map((thread) => thread.result());
  const most = Math.max(...results.map(([, ms]) => ms));
  const times = results.reduce((all, [count]) => all + count, 0);
  const cells = [name, times, `${most.toFixed(1)} ms`, `${MOST_MS} ms`];
  console.log(`| ${cells.join(' | ')} | ${most <= MOST_MS ? 'yes' : 'NO'} |`);
}
