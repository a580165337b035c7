// CPython's LockTests, for Lock.
import { activeCount, Lock } from 'heddle/threading';
import { threads } from '../contracts/world.ts';
import { collected } from './collected.ts';
import { lockTests } from './lock-tests.suite.ts';

lockTests({
  name: 'Lock',
  suite: 'LockTests',
  make: (options) => new Lock(options),
  world: threads,
  countAlive: activeCount,
});
collected({ name: 'Lock', suite: 'LockTests' });
