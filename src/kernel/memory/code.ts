// What V8 has compiled of heddle, for the workers of this process.
//
// In the published package the base, which every thread loads, is a script rather than a module
// (tools/base-script.ts), as of a script V8 tells what it has compiled. Who makes a worker hands
// that over while the worker comes up, which takes longer; a worker that finds it there need not
// compile the base once more. From the sources there is no script, and each thread compiles them.
import type { Script } from 'node:vm';
import { load, store } from '../atomics.ts';
import { inheritance } from './arena.ts';

/** What the script was given instead of `import.meta`. */
interface Meta {
  readonly url: string;
  readonly script?: Script | null;
  readonly exports?: Readonly<Record<string, unknown>> | null;
}

const meta: Meta = import.meta;
const inherited = inheritance?.code;
let own: SharedArrayBuffer | undefined;
let names: Map<unknown, string> | undefined;

// The length of what is there, 0 until it is, and then V8's bytes, of which there are a quarter of
// this. Memory that is not touched costs nothing.
const BYTES_MAX = 2 ** 20;
/** The loader knows it (tools/base-script.ts). */
const HEAD_BYTES = 8;

/** Where a worker that is made now finds the code; it need not be there yet. */
export function codeForWorkers(): SharedArrayBuffer | undefined {
  if (inherited !== undefined || !meta.script) return inherited;
  return (own ??= new SharedArrayBuffer(BYTES_MAX));
}

/** Puts the code there, once. Takes 2 ms, so a worker should be on its way. */
export function shareCode(): void {
  if (own === undefined || !meta.script) return;
  const length = new Int32Array(own, 0, 1);
  if (load(length, 0) !== 0) return;
  const code = meta.script.createCachedData();
  if (HEAD_BYTES + code.length > BYTES_MAX) return;
  new Uint8Array(own).set(code, HEAD_BYTES);
  store(length, 0, code.length);
}

/**
 * The module and the name under which the base exports something: V8 only knows the script that it
 * is written in. Null for what it does not export, and where the base is no script.
 */
export function exportOfBase(value: unknown): { url: string; name: string } | null {
  names ??= new Map(Object.entries(meta.exports ?? {}).map(([name, one]) => [one, name]));
  const name = names.get(value);
  return name === undefined ? null : { url: meta.url, name };
}
