// Functions of ours that run in another thread or process, by reference: the package is bundled, so
// a function by itself does not tell which module exports it.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { fromModule } from '../wire/index.ts';

/** The function that a module of this package exports, by an entry of `imports` in package.json. */
// oxlint-disable-next-line no-unnecessary-type-parameters -- the caller says what the export is
export function referenceTo<F extends (...args: never[]) => unknown>(
  entry: string,
  exportName: string,
): F {
  const path = createRequire(import.meta.url).resolve(entry);
  return fromModule<F>(pathToFileURL(path), exportName);
}
