// Python's GIL, off and on: what it saves, and what it costs.
//
// Four threads add to one Value with `+=`, which reads, adds and writes. Then two threads search
// for primes, which needs nothing but a processor each. All of it side by side, as usual; and once
// more in a process with HEDDLE_GIL=1, where one thread runs at a time.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cpuCount, print } from 'heddle';
import { Value } from 'heddle/shared';
import { Event, Thread, gil } from 'heddle/threading';

const ADDITIONS = 500_000;
const ADDERS = 4;
const SEARCHERS = 2;
const LIMIT = 1_000_000;
const TRIES = 3;

const count = new Value('i32');
const go = new Event();

function addUp(): void {
  go.wait();
  for (let i = 0; i < ADDITIONS; i++) count.value += 1;
}

function countPrimes(): number {
  let primes = 0;
  for (let n = 3; n < LIMIT; n += 2) {
    let divisor = 3;
    while (divisor * divisor <= n && n % divisor !== 0) divisor += 2;
    if (divisor * divisor > n) primes += 1;
  }
  return primes;
}

// The fastest of some: other programs run on this machine, too.
function secondsOf(body: () => void): number {
  const times = Array.from({ length: TRIES }, () => {
    const begun = performance.now();
    body();
    return (performance.now() - begun) / 1000;
  });
  return Math.min(...times);
}

function inThreads(many: number, target: () => unknown): void {
  const threads = Array.from({ length: many }, () => new Thread({ target }).start());
  go.set();
  for (const thread of threads) thread.join();
}

function measure(): void {
  print(`the GIL is ${gil.enabled ? 'on' : 'off'}`);
  // Longer than the run: a thread gives the GIL up only where it blocks.
  const usual = gil.getSwitchInterval();
  gil.setSwitchInterval('1h');
  inThreads(ADDERS, addUp);
  const lost = ADDERS * ADDITIONS - count.value;
  print(`  ${lost} of ${ADDERS * ADDITIONS} additions lost`);
  gil.setSwitchInterval(usual);
  const alone = secondsOf(() => inThreads(1, countPrimes));
  const together = secondsOf(() => inThreads(SEARCHERS, countPrimes));
  const factor = ((SEARCHERS * alone) / together).toFixed(1);
  const times = `${together.toFixed(2)} s, one in ${alone.toFixed(2)} s`;
  print(`  ${SEARCHERS} searches in ${times}: ${factor} at a time`);
}

measure();
if (!gil.enabled) {
  const flags = [...process.execArgv, fileURLToPath(import.meta.url)];
  const env = { ...process.env, HEDDLE_GIL: '1' };
  spawnSync(process.execPath, flags, { env, stdio: 'inherit' });
  print(`on ${cpuCount()} processors`);
}
