import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Array as SharedArray, Event, Process, Value } from 'heddle/multiprocessing';
import { family } from '../../src/kernel/index.ts';
import { usageIn } from '../../src/kernel/memory/heap.ts';
import { until } from '../support/until.ts';

const LARGE = 2 ** 20;

test('Process gives back what a killed grandchild had that nobody hears of', async () => {
  const [ready, pid] = [new Event(), new Value('i32')];
  const before = usageIn(family()).bytes;
  const hoard = (): void => {
    const array = SharedArray('u8', LARGE);
    pid.value = process.pid;
    ready.set();
    new Event().wait();
    array.fill(1);
  };
  const delegate = (): void => void new Process({ target: hoard }).start().join();
  const child = new Process({ target: delegate }).start();
  assert.equal(await ready.waitAsync({ timeout: 15 }), true);
  child.kill();
  await child.joinAsync({ timeout: 15 });
  assert.ok(usageIn(family()).bytes >= before + LARGE);
  process.kill(pid.value, 'SIGKILL');
  await until(() => usageIn(family()).bytes < before + LARGE, 'the return of the memory');
});
