import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuCount, isMain, sleep, sleepAsync } from 'heddle';
import { Thread } from 'heddle/threading';

test('sleep() and sleepAsync() never end early', async () => {
  for (const duration of [0, 0.005, '20ms'] as const) {
    const ms = duration === '20ms' ? 20 : duration * 1000;
    const before = performance.now();
    sleep(duration);
    const between = performance.now();
    await sleepAsync(duration);
    assert.ok(between - before >= ms && performance.now() - between >= ms);
  }
});

test('sleep() and sleepAsync() refuse a time that means nothing', async () => {
  for (const duration of [-1, '-5s', 2 ** 31 + 1] as never[]) {
    assert.throws(() => sleep(duration), RangeError);
    await assert.rejects(sleepAsync(duration), RangeError);
  }
  for (const duration of [NaN, 'soon', undefined] as never[]) {
    assert.throws(() => sleep(duration), TypeError);
    await assert.rejects(sleepAsync(duration), TypeError);
  }
});

test('sleepAsync() rejects with the reason of its signal, before or meanwhile', async () => {
  const controller = new AbortController();
  const wait = sleepAsync('1h', { signal: controller.signal });
  controller.abort('enough');
  await assert.rejects(wait, (reason) => reason === 'enough');
  await assert.rejects(sleepAsync(0, { signal: controller.signal }), (r) => r === 'enough');
});

test('cpuCount() is one or more, and isMain is true in the main thread alone', async () => {
  assert.ok(Number.isInteger(cpuCount()) && cpuCount() >= 1);
  assert.equal(isMain, true);
  const target = async (): Promise<boolean> => (await import('heddle')).isMain;
  assert.equal(await new Thread({ target }).start().resultAsync(), false);
});
