// A pool whose workers go wrong by a plan; and an executor.
import { Executor } from '../../../src/futures/executor.ts';
import type { ExecutorOptions } from '../../../src/futures/options.ts';
import { Attachment, arena, defineKind } from '../../../src/kernel/index.ts';
import { BasePool, poolKind } from '../../../src/pool/index.ts';
import type { Backend, PoolOptions, StartWorker } from '../../../src/pool/index.ts';
import { planOf } from './plan.ts';
import type { Plan } from './plan.ts';
import { startFaulty } from './workers.ts';

const POOL: number = defineKind('FaultyPool', import.meta.url, {
  ...poolKind,
  attach: (handle) => new FaultyPool(new Attachment(handle) as never),
});
const EXECUTOR: number = defineKind('FaultyExecutor', import.meta.url, {
  ...poolKind,
  attach: (handle) => new FaultyExecutor(new Attachment(handle) as never),
});

export class FaultyPool extends BasePool {
  constructor(processes?: number, options: PoolOptions = {}, plan: Plan = planOf({})) {
    const start = starter(plan);
    const backend = (): Backend => ({ home: arena, start });
    const sort = { kind: POOL, name: 'FaultyPool', backend, isLocal: true };
    super(sort, processes, options);
  }
}

export class FaultyExecutor extends Executor {
  constructor(options: ExecutorOptions = {}, plan: Plan = planOf({})) {
    const start = starter(plan);
    const backend = (): Backend => ({ home: arena, start });
    super({ kind: EXECUTOR, name: 'Faulty', mostWorkers: 2, backend }, options);
  }
}

function starter(plan: Plan): StartWorker {
  return (order) => startFaulty(order, plan);
}
