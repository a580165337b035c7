// The errors of futures and executors.
import { HeddleError, RuntimeError, nameErrors } from './base.ts';

/** The future was cancelled, so it has no result. */
export class CancelledError extends HeddleError {}

/** A future is asked for what its state forbids. */
export class InvalidStateError extends HeddleError {}

/**
 * A worker of the executor died, or could not be initialised: every pending future fails with it,
 * and submit() too. `cause` says why.
 */
export class BrokenExecutor extends RuntimeError {}

nameErrors(CancelledError, 'CancelledError', 'ERR_HEDDLE_CANCELLED');
nameErrors(InvalidStateError, 'InvalidStateError', 'ERR_HEDDLE_INVALID_STATE');
nameErrors(BrokenExecutor, 'BrokenExecutor', 'ERR_HEDDLE_BROKEN_EXECUTOR');
