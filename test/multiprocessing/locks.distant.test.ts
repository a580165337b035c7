// What is promised of locks holds where no memory is shared, too. All sorts of locks pass; one is
// run, as they go the same way.
import { Lock } from 'heddle/multiprocessing';
import { abandonedContract } from '../contracts/abandoned.contract.ts';
import { distant } from '../contracts/distant-world.ts';
import { lockContract } from '../contracts/lock.contract.ts';
import type { LockKind } from '../contracts/lock.contract.ts';

const kind: LockKind = { name: 'Lock', make: (options) => new Lock(options), world: distant };
lockContract(kind);
abandonedContract(kind);
