// What came of a thread that has ended: its value, or the error that says why there is none.
import { RuntimeError } from '../../errors/index.ts';
import { load } from '../../wire/index.ts';
import { OUTCOME, RECORD, getField, nameOf } from '../life/record.ts';

/** Gives the target's value, or throws. The thread has ended. */
export function outcomeOf(record: number): unknown {
  const message = getField(record, RECORD.RESULT);
  const name = JSON.stringify(nameOf(record));
  switch (getField(record, RECORD.OUTCOME)) {
    case OUTCOME.RETURNED:
      return message === 0 ? undefined : load(message);
    case OUTCOME.THREW:
    case OUTCOME.KEPT:
    case OUTCOME.DIED:
      throw load(message);
    case OUTCOME.EXITED:
      throw new RuntimeError(
        `Cannot give the result of thread ${name} as process.exit() ended it ` +
          'before its target returned',
      );
    default:
      throw new RuntimeError(
        `Cannot give the result of thread ${name} as it was terminated before its target returned`,
      );
  }
}
