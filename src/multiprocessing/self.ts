// This process, and its parent, as records like those of children.
import {
  HEADER,
  allocate,
  arena,
  atomics,
  isClient,
  processName,
  renameInFamily,
  startOf,
} from '../kernel/index.ts';
import { employ } from './child/launch.ts';
import type { Letter } from './child/letter.ts';
import { CHILD, STATE, getField, initChild, setField, setIdentity } from './child/record.ts';
import { tellBridge } from './distant/client/errands.ts';

/** Kind of the records, and of the objects that show them; set by process.ts. */
let kind = 0;

/** Says which kind the records of processes are. */
export function setKind(number: number): void {
  kind = number;
}

/** Tells a child who it is, and whose. */
export function enterProcess(letter: Letter): void {
  const parent = newRecord(letter.parent.name, false, letter.parent.pid);
  atomics.store(arena.cells, HEADER.PARENT_PROCESS, parent);
  const self = newRecord(letter.name, letter.daemon, process.pid);
  setIdentity(self, letter.identity);
  atomics.store(arena.cells, HEADER.THIS_PROCESS, self);
  renameInFamily();
  if (letter.daemon) watchParent();
}

/** The record of this process. */
export function thisProcess(): number {
  const known = atomics.load(arena.cells, HEADER.THIS_PROCESS);
  if (known !== 0) return known;
  const record = newRecord(processName(), false, process.pid);
  const first = atomics.compareExchange(arena.cells, HEADER.THIS_PROCESS, 0, record);
  return first === 0 ? record : first;
}

/** Has others know this process by a name that it was given. */
export function tellName(): void {
  renameInFamily();
  if (isClient()) tellBridge({ type: 'name' });
}

/** The record of the parent; 0 in the first process. */
export function parentOfThis(): number {
  return atomics.load(arena.cells, HEADER.PARENT_PROCESS);
}

/**
 * Has the parent's end told: its record is complete then, and this process ends if it is a daemon.
 */
export function watchParent(): void {
  if (watched) return;
  watched = true;
  employ({
    type: 'watch',
    parent: parentOfThis(),
    daemon: getField(thisProcess(), CHILD.DAEMON) !== 0,
  });
}

let watched = false;

function newRecord(name: string, daemon: boolean, pid: number): number {
  const record = allocate(CHILD.CELLS * 4, kind);
  initChild(record, name, daemon);
  setField(record, CHILD.PID, pid);
  setField(record, CHILD.START, startOf(pid) ?? 0);
  setField(record, CHILD.STATE, STATE.RUNNING);
  return record;
}
