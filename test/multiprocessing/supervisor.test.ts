import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Array as SharedArray, Event, Process, Value } from 'heddle/multiprocessing';
import { family, referencesTo } from '../../src/kernel/index.ts';
import { usageIn } from '../../src/kernel/memory/heap.ts';
import { recipeOf } from '../../src/wire/decode/recipes.ts';
import { until } from '../support/until.ts';

const LARGE = 2 ** 20;
/** Two that start one after the other, on a busy machine. */
const LIMIT_S = 60;

test('Process gives back what a killed grandchild had that nobody hears of', async () => {
  const [ready, pid] = [new Event(), new Value('i32')];
  const before = usageIn(family()).bytes;
  const hoard = (): void => {
    const array = SharedArray('u8', LARGE);
    pid.value = process.pid;
    ready.set();
    new Event().wait(LIMIT_S);
    array.fill(1);
  };
  // No daemon, which has no children; but nobody waits for one that does not come up.
  const delegate = (): void => void new Process({ target: hoard }).start().join(LIMIT_S);
  const child = new Process({ target: delegate }).start();
  assert.equal(await ready.waitAsync({ timeout: LIMIT_S }), true);
  child.kill();
  await child.joinAsync({ timeout: LIMIT_S });
  assert.ok(usageIn(family()).bytes >= before + LARGE);
  process.kill(pid.value, 'SIGKILL');
  await until(() => usageIn(family()).bytes < before + LARGE, 'the return of the memory');
});

test('Process gives back the function that a killed child knew', async () => {
  const ready = new Event();
  const hang = (): void => {
    ready.set();
    new Event().wait();
  };
  const kill = async (): Promise<void> => {
    const child = new Process({ target: hang, daemon: true }).start();
    assert.equal(await ready.waitAsync({ timeout: LIMIT_S }), true);
    child.kill();
    await child.joinAsync({ timeout: LIMIT_S });
    ready.clear();
  };
  const references = (): number => referencesTo(recipeOf(hang, 'process') as number);
  // Sent a second time, it gets a block of its own.
  await kill();
  await kill();
  const before = references();
  await kill();
  assert.equal(references(), before);
});
