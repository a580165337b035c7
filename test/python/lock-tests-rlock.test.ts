// CPython's RLockTests, for RLock.
import { activeCount, RLock } from 'heddle/threading';
import { threads } from '../contracts/world.ts';
import { collected } from './collected.ts';
import { rlockTests } from './lock-tests.suite.ts';

rlockTests({
  name: 'RLock',
  suite: 'RLockTests',
  make: (options) => new RLock(options),
  world: threads,
  countAlive: activeCount,
});
collected({ name: 'RLock', suite: 'RLockTests' });
