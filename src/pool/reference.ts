// Functions of ours that run in another thread or process, by reference: the package is bundled, so
// a function by itself does not tell which module exports it.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { arena, family, isAlone, isClient } from '../kernel/index.ts';
import { fromModule } from '../wire/index.ts';
import type { Backend, StartWorker } from './backend.ts';

/** The function that a module of this package exports, by an entry of `imports` in package.json. */
// oxlint-disable-next-line no-unnecessary-type-parameters -- the caller says what the export is
export function referenceTo<F extends (...args: never[]) => unknown>(
  entry: string,
  exportName: string,
): F {
  const path = createRequire(import.meta.url).resolve(entry);
  return fromModule<F>(pathToFileURL(path), exportName);
}

/** The backend of threads. */
export function threadBackend(): Backend {
  const start = referenceTo<StartWorker>('#thread-workers', 'startThreadWorker');
  return { home: arena, start };
}

/**
 * The backend of processes. Where they have no memory in common, the pool is in that of the first
 * process, or, where another one makes it, in its own.
 */
export function processBackend(): Backend {
  const home = isClient() ? arena : family();
  const start = isAlone()
    ? referenceTo<StartWorker>('#distant-workers', 'startDistantWorker')
    : referenceTo<StartWorker>('#process-workers', 'startProcessWorker');
  return { home, start };
}
