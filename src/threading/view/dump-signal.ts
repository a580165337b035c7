// HEDDLE_DUMP=1: the dump on SIGUSR2, to standard error.
//
// Node lets only the main thread listen to signals, and its listeners only run while its event loop
// turns: not while it is blocked, which is when one wants to know. So the keeper, whose loop always
// turns, listens too, by the function that Node's main thread uses; a worker is let at it by the
// flag --expose-internals, which the keeper is given in this mode alone. Where Node has it no more,
// the main thread answers as soon as its loop turns.
import { createRequire } from 'node:module';
import { HEADER, arena, atomics } from '../../kernel/index.ts';
import { writeWhole } from '../../system/index.ts';
import { dump } from './dump.ts';

const SIGNAL = 'SIGUSR2';
const STDERR = 2;

/** Whether the signal is wanted. */
export function isDumpWanted(): boolean {
  return process.env['HEDDLE_DUMP'] === '1' && process.platform !== 'win32';
}

/** Listens in the main thread, and leaves the answer to the keeper when that does. */
export function dumpOnSignal(): void {
  process.on(SIGNAL, () => {
    if (atomics.load(arena.cells, HEADER.DUMP_WATCHED) === 0) writeWhole(STDERR, dump());
  });
}

/** Listens in the keeper. */
export function dumpOnSignalHere(): void {
  try {
    const internal: unknown = createRequire(import.meta.url)('internal/process/signal');
    const { startListeningIfSignal } = internal as {
      startListeningIfSignal: (event: string | symbol) => void;
    };
    process.on('newListener', startListeningIfSignal);
    process.on(SIGNAL, () => writeWhole(STDERR, dump()));
    atomics.store(arena.cells, HEADER.DUMP_WATCHED, 1);
  } catch {
    // The main thread answers.
  }
}
