// A primitive in words, for errors and for what a thread waits for.
import {
  PRIM,
  PRIM_TYPE,
  SLOT,
  TID_MASK,
  arena,
  atomics,
  hasDied,
  kindName,
  nameOfEnded,
} from '../../kernel/index.ts';
import { nameOf } from '../life/record.ts';

/**
 * For example `RLock "lock" held by Thread-2 (func)`.
 *
 * @param holder whether to say who holds it
 */
export function describe(prim: number, holder = true): string {
  const name = nameOf(prim);
  const label = name === '' ? kindName(prim) : `${kindName(prim)} ${JSON.stringify(name)}`;
  if (!holder || atomics.peek(arena.cells, prim + PRIM.TYPE) !== PRIM_TYPE.LOCK) return label;
  const owner = atomics.load(arena.cells, prim + PRIM.WORD) & TID_MASK;
  return owner === 0 ? label : `${label} held by ${threadName(owner)}`;
}

/** The name of the thread that has an id, or had it. */
function threadName(tid: number): string {
  if (hasDied(arena, tid, false)) return nameOfEnded(arena, tid);
  const record = atomics.load(arena.cells, arena.slotOf(tid) + SLOT.THREAD);
  return record === 0 ? 'a thread that has ended' : nameOf(record);
}
