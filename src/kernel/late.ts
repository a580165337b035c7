// Modules of heddle's own that are loaded when something first needs them.
//
// The program of a worker or of a child knows them as scripts (tools/loader.ts), which take a tenth
// of what it takes Node to require the first module. A room above is loaded by its name: who uses
// the kernel alone, as most children do, starts the sooner, and misses nothing.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Runs a script, where there is one; gives what it exports. */
const { load: runScript } = import.meta as { readonly load?: (name: string) => unknown };

/**
 * Loads a module and gives what it exports. Blocks. A worker must not be stopped in it
 * (table/unstopped.ts).
 *
 * @param name a URL, or a name of package.json's `imports`
 */
export function loadLate(name: string): unknown {
  return runScript?.(name) ?? requireLate(name);
}

function requireLate(name: string): unknown {
  const file = name.startsWith('#') ? name : fileURLToPath(name);
  return createRequire(import.meta.url)(file);
}
