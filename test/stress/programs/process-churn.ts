// Starts so many processes one after another, and then so many at once, and tells what they leave.
import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Process, activeChildren } from 'heddle/multiprocessing';
import { usage } from '../../../src/kernel/index.ts';

const [warmUp = 0, inTurn = 0, atOnce = 0] = process.argv.slice(2).map(Number);
const LIMIT_S = 60;

const before = await measure(await churn(warmUp));
const wrong = await churn(inTurn);
const after = await measure(wrong + (await crowd(atOnce)));
console.log(JSON.stringify({ before, after, active: activeChildren().length }));

function start(n: number): Process {
  return new Process({ target: (code: number) => process.exit(code), args: [n % 100] }).start();
}

/** How many of them ended otherwise than they should. */
async function churn(count: number): Promise<number> {
  let failures = 0;
  for (let n = 0; n < count; n++) {
    const child = start(n);
    await child.joinAsync({ timeout: LIMIT_S });
    if (child.exitcode !== n % 100) failures++;
  }
  return failures;
}

/** The same of so many at once. */
async function crowd(count: number): Promise<number> {
  const children = Array.from({ length: count }, (_, n) => start(n));
  for (const child of children) await child.joinAsync({ timeout: LIMIT_S });
  return children.filter(({ exitcode }, n) => exitcode !== n % 100).length;
}

async function measure(failures: number): Promise<Record<string, number>> {
  for (let turn = 0; turn < 10; turn++) {
    gc?.();
    await delay(20);
  }
  return {
    failures,
    files: readdirSync('/proc/self/fd').length,
    blocks: usage().blocks,
    megabytes: process.memoryUsage.rss() / 2 ** 20,
  };
}
