import '../support/without-ffi.ts';
import { Lock } from 'heddle/multiprocessing';
import { abandonedContract } from '../contracts/abandoned.contract.ts';
import { lockContract } from '../contracts/lock.contract.ts';
import { distant } from '../contracts/distant-world.ts';

const kind = { name: 'Lock', make: (options?: object) => new Lock(options), world: distant };
lockContract(kind);
abandonedContract(kind);
