// A pool whose workers go wrong by a plan; and an executor.
import { Executor } from '../../../src/futures/executor.ts';
import type { ExecutorOptions } from '../../../src/futures/options.ts';
import { Attachment, arena, defineKind } from '../../../src/kernel/index.ts';
import { BasePool, poolKind } from '../../../src/pool/index.ts';
import type { PoolOptions, StartWorker } from '../../../src/pool/index.ts';
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
    const sort = { kind: POOL, name: 'FaultyPool', home: () => arena, start, isLocal: true };
    super(sort, processes, options);
  }
}

export class FaultyExecutor extends Executor {
  constructor(options: ExecutorOptions = {}, plan: Plan = planOf({})) {
    const start = starter(plan);
    super({ kind: EXECUTOR, name: 'Faulty', mostWorkers: 2, home: () => arena, start }, options);
  }
}

function starter(plan: Plan): StartWorker {
  return (order) => startFaulty(order, plan);
}
