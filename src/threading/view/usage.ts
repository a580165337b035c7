// What a thread uses: processor time and JavaScript heap.
import fs from 'node:fs';
import v8 from 'node:v8';
import { SLOT, arena, ask, atomics, blockWhile, nowMs } from '../../kernel/index.ts';
import { RECORD, STATE, getField } from '../life/record.ts';

// Linux counts in ticks of 10 ms, whatever its own clock (USER_HZ).
const TICK_MS = 10;

/**
 * Processor time of a kernel thread of this process, in ms; null where the platform does not tell.
 */
function cpuMsOf(osTid: number): number | null {
  const fields = statOf(osTid);
  // user and system time: fields 14 and 15 of the line, which are 11 and 12 after the name.
  return fields === null ? null : (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/**
 * State letter of a kernel thread of this process, as in ps; null where the platform does not tell.
 */
export function stateLetterOf(osTid: number): string | null {
  return statOf(osTid)?.[0] ?? null;
}

/** Processor time of the calling thread, in ms. */
export function cpuMs(): number {
  const { threadCpuUsage } = process as { threadCpuUsage?: () => { user: number; system: number } };
  if (threadCpuUsage === undefined) return cpuMsOf(0) ?? 0;
  const { user, system } = threadCpuUsage.call(process);
  return Math.round((user + system) / 1000);
}

let usedHeap = (): number => process.memoryUsage().heapUsed;

/** JavaScript heap in use in the calling thread, in KiB. */
export function heapKib(): number {
  return Math.ceil(usedHeap() / 1024);
}

/**
 * Has the heap measured by node:v8 from now on, which does it in a third of the time, but takes
 * 2 ms to load: a worker's first thread need not wait for that.
 */
export function hastenHeapKib(): void {
  usedHeap = () => v8.getHeapStatistics().used_heap_size;
}

// The fields after the name, which may itself hold blanks and brackets. 0 is the calling thread.
function statOf(osTid: number): string[] | null {
  try {
    const path = osTid === 0 ? '/proc/thread-self/stat' : `/proc/self/task/${osTid}/stat`;
    const line = fs.readFileSync(path, 'latin1');
    return line.slice(line.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** The kernel's number of the calling thread; null where the platform tells none. */
export function osThreadId(): number | null {
  const id = atomics.load(arena.cells, arena.slotOf(arena.slot) + SLOT.OS_TID);
  return id === 0 ? null : id;
}

// How long to wait for a thread to tell how large its heap is. One that is blocked does not tell;
// it does not grow either.
const HEAP_MS = 20;

/** What a thread has used: so far, or in all. */
export function resourceUsageOf(record: number): { cpuSeconds: number; heapBytes: number } {
  const state = getField(record, RECORD.STATE);
  if (state === STATE.INITIAL || state === STATE.STARTING) return { cpuSeconds: 0, heapBytes: 0 };
  if (state >= STATE.ENDING) {
    return {
      cpuSeconds: getField(record, RECORD.CPU_MS) / 1000,
      heapBytes: getField(record, RECORD.HEAP_KIB) * 1024,
    };
  }
  const number = getField(record, RECORD.SLOT);
  const own = number === arena.slot;
  const osTid = getField(record, RECORD.OS_TID);
  const ms = own ? cpuMs() : osTid === 0 ? 0 : (cpuMsOf(osTid) ?? 0);
  return {
    cpuSeconds: Math.max(0, ms - getField(record, RECORD.CPU_BASE_MS)) / 1000,
    heapBytes: (own ? heapKib() : heapKibOf(number)) * 1024,
  };
}

function heapKibOf(number: number): number {
  const index = arena.slotOf(number) + SLOT.HEAP_KIB;
  const before = atomics.exchange(arena.cells, index, 0);
  ask({ type: 'heap', slot: number });
  const asked = nowMs();
  blockWhile(arena, () => atomics.load(arena.cells, index) === 0, asked + HEAP_MS, 1);
  // Nobody answered: what was last known.
  atomics.compareExchange(arena.cells, index, 0, before);
  return atomics.load(arena.cells, index);
}
