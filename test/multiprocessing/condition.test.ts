import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Condition, Lock } from 'heddle/multiprocessing';
import * as threading from 'heddle/threading';
import { conditionContract } from '../contracts/condition.contract.ts';
import { processes } from '../contracts/process-world.ts';

conditionContract({
  name: 'Condition',
  of: 'an RLock',
  make: (options) => new Condition(undefined, options),
  world: processes,
});
conditionContract({
  name: 'Condition',
  of: 'a Lock',
  make: (options) => new Condition(new Lock(), options),
  world: processes,
});

test('Condition refuses a lock that only the threads of this process share', () => {
  assert.throws(() => new Condition(new threading.Lock()), TypeError);
  const condition = new threading.Condition(new Lock());
  condition.with(() => condition.notify());
});
