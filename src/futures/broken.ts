// What an executor refuses as it is: tasks, when it takes none, and a wait for itself.
import { BrokenExecutor, RuntimeError } from '../errors/index.ts';
import { HEADER, arena, atomics } from '../kernel/index.ts';
import { FATE, POOL, failureOf, isInTaskOf, nameOfPool, poolField } from '../pool/index.ts';

/** Throws unless the executor takes tasks. */
export function requireOpen(state: number): void {
  const name = JSON.stringify(nameOfPool(state));
  if (atomics.load(arena.cells, HEADER.CLOSING) !== 0) {
    throw new RuntimeError(`Cannot submit a task to executor ${name} as the program ends`);
  }
  if (poolField(state, POOL.FATE) === FATE.OPEN) return;
  const failure = failureOf(state);
  if (failure !== undefined) throw brokenBy(name, failure);
  throw new RuntimeError(
    `Cannot submit a task to executor ${name} as it was shut down\nMake another one`,
  );
}

/** Throws where the end of the executor cannot come, as one of its tasks waits for that. */
export function requireOutside(state: number): void {
  if (!isInTaskOf(state)) return;
  throw new RuntimeError(
    `Cannot wait for the end of executor ${JSON.stringify(nameOfPool(state))} as this is one of ` +
      'its tasks, which it waits for\n' +
      'Call shutdown({ wait: false }) here, or shutdown() where no task of it runs',
  );
}

/** An error as who submitted the task is to see it: that which broke the executor is a cause. */
export function asBroken(state: number, error: unknown): unknown {
  if (poolField(state, POOL.ERROR) === 0 || !(error instanceof Error)) return error;
  const failure = failureOf(state);
  // Each task that could not be finished has a copy of it.
  if (!(failure instanceof Error) || failure.message !== error.message) return error;
  return brokenBy(JSON.stringify(nameOfPool(state)), error);
}

function brokenBy(name: string, cause: unknown): BrokenExecutor {
  return new BrokenExecutor(
    `Cannot run tasks in executor ${name} as a worker of it has died or could not begin\n` +
      'See the cause',
    { cause },
  );
}
