// Telling those who start a process that there is none.
import { RuntimeError } from '../../errors/index.ts';
import { HEADER, arena, atomics, letGo, release } from '../../kernel/index.ts';
import { store } from '../../wire/index.ts';
import {
  CHILD,
  STATE,
  delist,
  getField,
  leaveStarting,
  listed,
  moveField,
  nameOf,
  setField,
} from './record.ts';

/** Says that the system made no process for a record, which is as it was before. */
export function fail(record: number, cause: unknown): void {
  const error = new RuntimeError(
    `Cannot start process ${JSON.stringify(nameOf(record))} as the system made none for it`,
    { cause },
  );
  setField(record, CHILD.FAILURE, store(error, 'error'));
  if (moveField(record, CHILD.COUNTED, 1, 0)) atomics.add(arena.cells, HEADER.DAEMONS, -1);
  letGo(record + CHILD.HOLDING);
  delist(record);
  leaveStarting(record, STATE.INITIAL);
  release(record);
}

/**
 * Says so of all that are being started: the supervisor, and the keeper that it lives in, failed.
 */
export function failAllStarting(cause: unknown): void {
  for (const record of listed()) {
    if (getField(record, CHILD.STATE) === STATE.STARTING) fail(record, cause);
    release(record);
  }
}
