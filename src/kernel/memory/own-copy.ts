// How this copy of heddle was loaded, and whether there may be another one in this thread.
//
// A loader like tsx turns what is required into CommonJS, heddle too: then `require` gives a copy
// that knows nothing of the one that was imported. So each copy keeps to its own way: one that was
// required has its workers require theirs, and one that was imported requires nothing that has a
// state.
import { fileURLToPath } from 'node:url';

/** Whether this copy was made a CommonJS module, and so finds itself again by `require`. */
export const isRequired: boolean =
  typeof __filename === 'string' && __filename === fileURLToPath(import.meta.url);

// A file of options may name what is imported first.
const HOOKS =
  /^(?:--import|--require|-r|--loader|--experimental-(?:loader|(?:default-)?config-file))(?:=|$)/;

/** Whether `require` may give a copy other than this one. */
export const mayBeCopied: boolean = !isRequired && hasHooks(process.execArgv, process.env);

/** Whether a loader of the user's may be at work in a process with these flags. */
export function hasHooks(flags: readonly string[], env: NodeJS.ProcessEnv): boolean {
  const options = env['NODE_OPTIONS']?.split(' ') ?? [];
  return [...flags, ...options].some((flag) => HOOKS.test(flag));
}
