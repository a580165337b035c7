import { Barrier } from 'heddle/multiprocessing';
import { barrierActionContract } from '../contracts/barrier-action.contract.ts';
import { barrierContract } from '../contracts/barrier.contract.ts';
import type { BarrierKind } from '../contracts/barrier.contract.ts';
import { processes } from '../contracts/process-world.ts';

const kind: BarrierKind = {
  name: 'Barrier',
  make: (parties, options) => new Barrier(parties, options),
  world: processes,
};
barrierContract(kind);
barrierActionContract(kind);
