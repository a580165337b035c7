import { RLock } from 'heddle/multiprocessing';
import { abandonedContract } from '../contracts/abandoned.contract.ts';
import { lockContract } from '../contracts/lock.contract.ts';
import type { LockKind } from '../contracts/lock.contract.ts';
import { processes } from '../contracts/process-world.ts';

const kind: LockKind = { name: 'RLock', make: (options) => new RLock(options), world: processes };
lockContract(kind);
abandonedContract(kind);
