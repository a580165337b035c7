// What is promised of conditions, whose predicates are called back, holds where no memory is
// shared, too.
import { Condition } from 'heddle/multiprocessing';
import { conditionContract } from '../contracts/condition.contract.ts';
import { distant } from '../contracts/distant-world.ts';

conditionContract({
  name: 'Condition',
  of: 'an RLock',
  make: (options) => new Condition(undefined, options),
  world: distant,
});
