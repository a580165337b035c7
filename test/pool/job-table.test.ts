import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobTable } from '../../src/pool/caller/job-table.ts';
import { randomFrom } from '../support/random.ts';

test('JobTable agrees with a Map, whatever is entered and left', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = randomFrom(seed);
  const [table, model] = [new JobTable<object>(), new Map<number, object>()];
  for (let step = 0; step < 20_000; step++) {
    // It fills up for a while, then empties.
    if (random() < (step % 4000 < 2000 ? 0.7 : 0.2)) {
      const job = { step };
      const number = table.enter(job);
      assert.ok(number > 0 && !model.has(number), `a number that is in use, seed ${seed}`);
      model.set(number, job);
    } else {
      const numbers = [...model.keys()];
      const number = numbers[Math.floor(random() * numbers.length)] ?? 1;
      table.delete(number);
      model.delete(number);
      assert.equal(table.get(number), undefined);
    }
    assert.equal(table.size, model.size);
    if (step % 100 !== 0) continue;
    for (const [number, job] of model) assert.equal(table.get(number), job, `seed ${seed}`);
    assert.deepEqual(new Map(table.entries()), model);
  }
});

test('JobTable knows nothing by a number of long ago, and keeps what stays', () => {
  const table = new JobTable<string>();
  const stays = table.enter('stays');
  const first = table.enter('first');
  table.delete(first);
  for (let i = 0; i < 10_000; i++) {
    const number = table.enter('other');
    assert.notEqual(number, stays);
    assert.equal(table.get(first), undefined);
    table.delete(number);
    table.delete(number);
  }
  assert.equal(table.get(stays), 'stays');
  assert.equal(table.size, 1);
});

test('JobTable finds each of a flood, and goes on behind it', () => {
  const table = new JobTable<number>();
  const numbers = Array.from({ length: 100_000 }, (_, i) => table.enter(i));
  for (const [i, number] of numbers.entries()) {
    assert.equal(table.get(number), i);
    table.delete(number);
  }
  assert.equal(table.size, 0);
  assert.equal(table.get(table.enter(7)), 7);
  assert.equal(table.entries().length, 1);
});
