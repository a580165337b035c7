// The average in which what was lately counts most.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Speed } from '../../src/progress/speed.ts';

test('Speed.now() is exact where the speed never changes, however unevenly it is looked at', () => {
  const speed = new Speed(1000);
  assert.equal(speed.now(), null);
  for (const ms of [1100, 1150, 2000, 2001, 5000]) {
    speed.see((ms - 1000) / 20, ms); // 50 a second
    assert.ok(Math.abs((speed.now() ?? 0) - 50) < 1e-9, `${speed.now()}`);
  }
});

test('Speed.now() follows a change soon, and one slow step does not upset it', () => {
  const speed = new Speed(0);
  let [count, ms] = [0, 0];
  const go = (looks: number, perLook: number): number => {
    for (let i = 0; i < looks; i++) speed.see((count += perLook), (ms += 100));
    return speed.now() as number;
  };
  assert.ok(Math.abs(go(50, 100) - 1000) < 1);
  const afterOne = go(1, 10);
  assert.ok(afterOne > 600 && afterOne < 1000, `${afterOne} after one slow look`);
  const afterMany = go(15, 10);
  assert.ok(afterMany < 105, `${afterMany} long after the change`);
});

test('Speed.overall() is the count by the time', () => {
  const speed = new Speed(500);
  assert.equal(speed.overall(0, 900), null);
  assert.equal(speed.overall(10, 2500), 5);
  assert.equal(speed.elapsedSeconds(2500), 2);
});
