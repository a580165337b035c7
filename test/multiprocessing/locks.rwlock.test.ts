import { RWLock } from 'heddle/multiprocessing';
import { rwlockLossContract } from '../contracts/rwlock-loss.contract.ts';
import { rwlockContract } from '../contracts/rwlock.contract.ts';
import type { RWLockKind } from '../contracts/rwlock.contract.ts';
import { processes } from '../contracts/process-world.ts';

const kind: RWLockKind = {
  name: 'RWLock',
  make: (options) => new RWLock(options),
  world: processes,
};
rwlockContract(kind);
rwlockLossContract(kind);
