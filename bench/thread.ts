// Starting threads: the first one of a program, and one when a worker is parked.
//
// A cold start is measured in processes of its own, in turns, from the call to the end of join(); a
// bare Worker from its constructor to its exit. Imports are not counted for either: both programs
// have loaded all they name. Nor is standard input: where it is a socket, which it is only when a
// program of Node's starts another, the first thread sees to it that reading cannot block for ever.
//
// The floor is what any library has to pay: a Worker that has shared memory, loads one small file,
// and tells its maker, which sleeps meanwhile, that it is there.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Thread } from 'heddle/threading';
import { atLeast, atMost, race, report } from './measure.ts';

const COLD_ROUNDS = 21;

const cold: Record<string, number[]> = { raw: [], floor: [], heddle: [], 'heddle-capture': [] };
const program = fileURLToPath(new URL('cold-start.mjs', import.meta.url));
for (let round = 0; round < COLD_ROUNDS; round++) {
  for (const [mode, seen] of Object.entries(cold)) {
    const flags = process.execArgv.filter((flag) => flag.startsWith('--conditions'));
    const command = [...flags, program, mode];
    const printed = execFileSync(process.execPath, command, {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    seen.push(Number(printed) * 1e6);
  }
}
const median = (values: readonly number[] = []): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] as number;
const coldTimes = {
  'new Worker to its exit': median(cold['raw']),
  'a least Worker, until it is there': median(cold['floor']),
  'first start() to join()': median(cold['heddle']),
  'first start() to join(), of a closure': median(cold['heddle-capture']),
};
report('The first thread of a program (medians)', [
  atMost(coldTimes, 'first start() to join()', 'new Worker to its exit', 1.3),
  atMost(coldTimes, 'first start() to join(), of a closure', 'new Worker to its exit', 1.3),
  atMost(coldTimes, 'first start() to join()', 'a least Worker, until it is there', 2),
]);

const nothing = (): void => {};
new Thread({ target: nothing }).start().join();
const times = await race(
  {
    'new Worker to its exit': async (n) => {
      for (let i = 0; i < n; i++) {
        await new Promise((resolve) => {
          new Worker('', { eval: true }).on('exit', resolve);
        });
      }
    },
    'warm start() to join()': (n) => {
      for (let i = 0; i < n * 50; i++) new Thread({ target: nothing }).start().join();
    },
  },
  { times: 4, rounds: 10 },
);
const perThread = {
  ...times,
  'warm start() to join()': (times['warm start() to join()'] ?? 0) / 50,
};
report('A thread when a worker is parked', [
  atLeast(perThread, 'warm start() to join()', 'new Worker to its exit', 100),
]);
