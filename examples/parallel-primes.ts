// Four threads count primes, each in a quarter of the numbers.
import { cpuCount, print } from 'heddle';
import { Thread } from 'heddle/threading';

const LIMIT = 5_000_000;
const THREADS = 4;

function countPrimes(from: number, to: number): number {
  let count = 0;
  for (let n = from; n < to; n++) if (isPrime(n)) count += 1;
  return count;
}

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return n > 1;
}

function timed<T>(work: () => T): [value: T, ms: number] {
  const began = performance.now();
  return [work(), performance.now() - began];
}

const [alone, aloneMs] = timed(() => countPrimes(0, LIMIT));
print(`${alone} primes below ${LIMIT}`);

const [together, togetherMs] = timed(() => {
  const size = LIMIT / THREADS;
  const threads = Array.from({ length: THREADS }, (_, i) =>
    new Thread({ target: countPrimes, args: [i * size, (i + 1) * size] }).start(),
  );
  return threads.reduce((sum, thread) => sum + thread.result(), 0);
});
print(`${together} found by ${THREADS} threads`);

const figures = `${aloneMs.toFixed(0)} ms alone, ${togetherMs.toFixed(0)} ms together`;
print(`${figures}, on ${cpuCount()} processors`);
