// dump(): all threads, what each is doing, and where. Python's faulthandler.dump_traceback.
import {
  HEADER,
  SLOT,
  arena,
  atomics,
  blockWhile,
  lockSide,
  ownStack,
  release,
  requestStacks,
  stackOf,
  unlockSide,
  nowMs,
} from '../../kernel/index.ts';
import { currentRecord } from '../current.ts';
import { RECORD, getField, nameOf } from '../life/record.ts';
import { aliveRecords } from '../life/roster.ts';
import { stateOf, waitingForOf } from './states.ts';

// A thread that is blocked answers within microseconds, unless it has to wait for a processor.
const ANSWER_MS = 250;

/**
 * Tells of all threads that are alive: the name, the state, what each waits for, and its stack,
 * where that can be had.
 *
 * The stack is that of the calling thread, and those of threads that are blocked in a call of
 * heddle's. A thread that runs, or whose event loop waits, cannot be asked. Blocks while it asks,
 * for a quarter of a second at most.
 *
 * With the environment variable `HEDDLE_DUMP=1` the signal SIGUSR2 has it written to standard
 * error.
 *
 * @returns some lines for each thread, the main one first
 *
 * @example
 * ```ts
 * import { dump } from 'heddle/threading';
 * if (!dump().startsWith('Thread "MainThread"')) throw new Error('no main thread');
 * ```
 */
export function dump(): string {
  const records = aliveRecords();
  // First what they do, as asking is a wait of its own.
  const heads = records.map((record) => headOf(record));
  const stacks = stacksOf(records);
  for (const record of records) release(record);
  return heads.map((head, i) => `${head}\n${stacks[i]}\n`).join('');
}

function headOf(record: number): string {
  const ident = getField(record, RECORD.IDENT);
  const osTid = getField(record, RECORD.OS_TID);
  const facts = [`ident ${ident}`];
  if (osTid !== 0) facts.push(`native ${osTid}`);
  if (getField(record, RECORD.DAEMON) !== 0) facts.push('daemon');
  const waitingFor = waitingForOf(record);
  const doing = waitingFor === null ? stateOf(record) : `waiting for ${waitingFor}`;
  return `Thread ${JSON.stringify(nameOf(record))} (${facts.join(', ')}): ${doing}`;
}

function stacksOf(records: readonly number[]): string[] {
  const own = currentRecord();
  const others = records.filter((record) => record !== own && waitingForOf(record) !== null);
  const tids = others.map((record) => getField(record, RECORD.TID));
  lockSide(arena, HEADER.STACKS_LOCK);
  try {
    const request = requestStacks(arena, tids);
    const isMissing = (): boolean => tids.some((tid) => stackOf(arena, tid, request) === null);
    blockWhile(arena, isMissing, nowMs() + ANSWER_MS, 1);
    return records.map((record) => {
      if (record === own) return ownStack();
      const asked = others.includes(record);
      const stack = asked ? stackOf(arena, getField(record, RECORD.TID), request) : null;
      return stack ?? `    (${whyNot(record, asked)})`;
    });
  } finally {
    unlockSide(arena, HEADER.STACKS_LOCK);
  }
}

function whyNot(record: number, asked: boolean): string {
  if (asked) return 'it did not give its stack in time';
  if (atomics.load(arena.cells, arena.slotOf(getField(record, RECORD.TID)) + SLOT.GIL_WAIT) !== 0) {
    return 'its stack is not known while it waits for the GIL';
  }
  switch (stateOf(record)) {
    case 'running':
      return 'its stack is not known while it runs';
    case 'ready':
      return 'its stack is not known until it runs';
    default:
      return 'in its event loop, or in a call of the system';
  }
}
