// This process, and its parent, as records like those of children.
import {
  HEADER,
  allocate,
  arena,
  atomics,
  numberOfKind,
  processName,
  renameInFamily,
  startOf,
} from '../kernel/index.ts';
import type { Letter } from './child/letter.ts';
import { CHILD, STATE, initChild, setField, setIdentity } from './child/record.ts';

// Of the records, and of the objects that show them (process.ts), which most children never make.
const KIND: number = numberOfKind('Process', '#multiprocessing');

/** Tells a child who it is, and whose. */
export function enterProcess(letter: Letter): void {
  const parent = newRecord(letter.parent.name, false, letter.parent.pid);
  atomics.store(arena.cells, HEADER.PARENT_PROCESS, parent);
  const self = newRecord(letter.name, letter.daemon, process.pid);
  setIdentity(self, letter.identity);
  atomics.store(arena.cells, HEADER.THIS_PROCESS, self);
  renameInFamily();
}

/** The record of this process. */
export function thisProcess(): number {
  const known = atomics.load(arena.cells, HEADER.THIS_PROCESS);
  if (known !== 0) return known;
  const record = newRecord(processName(), false, process.pid);
  const first = atomics.compareExchange(arena.cells, HEADER.THIS_PROCESS, 0, record);
  return first === 0 ? record : first;
}

/** The record of the parent; 0 in the first process. */
export function parentOfThis(): number {
  return atomics.load(arena.cells, HEADER.PARENT_PROCESS);
}

function newRecord(name: string, daemon: boolean, pid: number): number {
  const record = allocate(CHILD.CELLS * 4, KIND);
  initChild(record, name, daemon);
  setField(record, CHILD.PID, pid);
  setField(record, CHILD.START, startOf(pid) ?? 0);
  setField(record, CHILD.STATE, STATE.RUNNING);
  return record;
}
