// A thread's AbortSignal: aborted when somebody asks the thread to stop.
//
// Its event loop hears of it by the doorbell. Code that never gives the loop a turn sees it too,
// because reading `aborted` looks into the arena first.
import { RuntimeError } from '../../errors/index.ts';
import {
  HEADER,
  arena,
  atomics,
  checkpoint,
  isEventSet,
  waitEventAsync,
} from '../../kernel/index.ts';
import { currentRecord } from '../current.ts';
import { RECORD, nameOf } from '../life/record.ts';

/** Ends the watch over the stop event of the thread that runs here. */
let endWatch: (() => void) | null = null;

/** The signal of a thread, to be made once for each object that stands for it. */
export function stopSignalOf(record: number): AbortSignal {
  const stop = record + RECORD.STOP;
  const controller = new AbortController();
  const { signal } = controller;
  const look = (): void => {
    checkpoint();
    if (!isEventSet(arena, stop)) return;
    const name = JSON.stringify(nameOf(record));
    controller.abort(new RuntimeError(`Cannot go on with thread ${name} as it was asked to stop`));
  };
  const aborted = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'aborted') as {
    get: (this: AbortSignal) => boolean;
  };
  Object.defineProperty(signal, 'aborted', {
    configurable: true,
    get: () => {
      look();
      return aborted.get.call(signal);
    },
  });
  Object.defineProperty(signal, 'throwIfAborted', {
    configurable: true,
    value: () => {
      look();
      AbortSignal.prototype.throwIfAborted.call(signal);
    },
  });
  // Nobody can ask the main thread to stop, and it would be kept alive.
  const isMain = record === atomics.load(arena.cells, HEADER.MAIN_RECORD);
  if (record === currentRecord() && !isMain) watch(stop, look);
  return signal;
}

/** The thread that ran here has ended: nothing may wait for its record any more. */
export function endStopWatch(): void {
  endWatch?.();
  endWatch = null;
}

function watch(stop: number, look: () => void): void {
  const ended = new AbortController();
  endWatch = () => ended.abort();
  // It keeps the event loop alive: a target may wait for nothing but to be asked to stop.
  const patience = { deadlineMs: Infinity, signal: ended.signal };
  // It rejects when the thread has ended, which is no news.
  waitEventAsync(arena, stop, patience, () => {}).then(look, () => {});
}
