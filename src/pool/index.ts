// The room of pools: one core for pools and executors, of threads and of processes.
//
// It knows neither: what workers are made of is said by a backend (backend.ts).
export { BasePool } from './base-pool.ts';
export { VIEW_BYTES, familyPoolKind, fillView, poolKind, stateOf } from './caller/new-pool.ts';
export type { Backend, BackendWorker, StartWorker, WorkerEnd, WorkerOrder } from './backend.ts';
export { AsyncResult } from './result/async-result.ts';
export type { Order } from './caller/sender.ts';
export { PoolIterator } from './caller/pool-iterator.ts';
export type { PoolStats } from './shared/stats.ts';
export type { Percentiles } from './shared/histogram.ts';
export type { LazyOptions, MapOptions, PoolOptions, TaskOptions } from './types.ts';
export { processBackend, threadBackend } from './backend.ts';
export { currentTask, isInTaskOf } from './worker/current-task.ts';
export type { CurrentTask } from './worker/current-task.ts';
export type { work } from './worker/worker.ts';
export type { Workplace } from './worker/workplace.ts';
// For workers whose functions run elsewhere.
export { abortSignal, enterTask, hasTimeout, holdLoop, leaveItem } from './worker/current-task.ts';
// For executors, which are pools with other words.
export { checkOptions, checkSize, requireCallable, termsOf } from './caller/arguments.ts';
export { awaitEnd, awaitEndAsync } from './caller/end.ts';
export { BaseJob } from './caller/job.ts';
export { mailboxIn } from './caller/mailbox.ts';
export type { Mailbox, Part } from './caller/mailbox.ts';
export { spread } from './caller/map-job.ts';
export { cancelWaiting } from './shared/cancel.ts';
export { FATE, FORM, OUTCOME, POOL } from './shared/layout.ts';
export { failureOf, nameOfPool, poolField, setFate } from './shared/state.ts';
export { callWorker } from './supervisor/demand.ts';
export { openPool } from './supervisor/open.ts';
