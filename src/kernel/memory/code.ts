// What V8 has compiled of heddle, for the workers of this process.
//
// In the published package most of heddle is scripts rather than modules (tools/scripts.ts), as of
// a script V8 tells what it has compiled. Who makes a worker hands that over while the worker comes
// up, which takes longer; a worker that finds it there need not compile the scripts once more. From
// the sources there are none, and each thread compiles them.
import { fileURLToPath } from 'node:url';
import type { Script } from 'node:vm';
import { load, store } from '../atomics.ts';
import { inheritance } from './arena.ts';
import type { Inheritance } from './arena.ts';

/** A script that has run, behind its module. */
interface Loaded {
  readonly url: string;
  /** Null in a context of its own, where nothing is handed over. */
  readonly script: Script | null;
  readonly exports: Readonly<Record<string, unknown>>;
}

// Each script is told of all, those that come later too, and of those that a worker begins with.
const { scripts, starting } = import.meta as {
  readonly scripts?: ReadonlyMap<string, Loaded>;
  readonly starting?: readonly string[];
};
/** Whether this is the published package. */
export const hasScripts: boolean = scripts !== undefined;
const inherited = inheritance?.code;
const own: Record<string, SharedArrayBuffer> = {};

// The length of what is there, 0 until it is, and then V8's bytes, of which there are a quarter of
// this. Memory that is not touched costs nothing.
const BYTES_MAX = 2 ** 20;
/** The loader knows it (tools/loader.ts). */
const HEAD_BYTES = 8;

/**
 * The file of a program, which boots without modules (tools/loader.ts); null where there is none.
 * To look it up by name would take Node 0.4 ms.
 *
 * @param entry the entry that it is made of, from the folder of all rooms, without its extension
 */
export function programFile(entry: string): string | null {
  // What is published of this module is one folder below that.
  return hasScripts ? fileURLToPath(new URL(`../${entry}.cjs`, import.meta.url)) : null;
}

/** Where a worker that is made now finds the code; it need not be there yet. */
export function codeForWorkers(): Inheritance['code'] {
  if (inherited !== undefined || scripts === undefined) return inherited;
  for (const [name, { script }] of scripts) {
    if (script !== null) own[name] ??= new SharedArrayBuffer(BYTES_MAX);
  }
  return own;
}

/**
 * Puts the code there, once: that of the start, which each worker needs, takes 2 ms; all takes 5. A
 * worker should be on its way.
 *
 * @param rehearse calls what workers will call first, so that it is compiled by then
 */
export function shareCode(what: 'start' | 'all', rehearse: () => void): void {
  const missing = Object.entries(own).filter(
    ([name, code]) =>
      (what === 'all' || starting?.includes(name) === true) &&
      load(new Int32Array(code, 0, 1), 0) === 0,
  );
  if (missing.length > 0) rehearse();
  for (const [name, code] of missing) {
    const length = new Int32Array(code, 0, 1);
    const compiled = scripts?.get(name)?.script?.createCachedData();
    if (compiled === undefined || HEAD_BYTES + compiled.length > BYTES_MAX) continue;
    new Uint8Array(code).set(compiled, HEAD_BYTES);
    store(length, 0, compiled.length);
  }
}

/** The same for a child of this process. */
export interface CodeForChildren {
  /** Where the module of the base is. */
  readonly base: string | undefined;
  readonly list: readonly (readonly [name: string, code: Uint8Array])[];
}

/** What a child need not compile; nothing where there are no scripts. Takes some milliseconds. */
export function codeForChildren(): CodeForChildren {
  const [base] = scripts?.values() ?? [];
  const list = [...(scripts ?? [])].map(
    ([name, { script }]) => [name, codeOf(name, script)] as const,
  );
  return { base: base?.url, list };
}

// The main thread's knows more of what a main thread calls.
function codeOf(name: string, script: Script | null): Uint8Array {
  const code = inherited?.[name];
  const length = code === undefined ? 0 : load(new Int32Array(code, 0, 1), 0);
  if (code !== undefined && length > 0) return new Uint8Array(code, HEAD_BYTES, length);
  return script?.createCachedData() ?? new Uint8Array(0);
}

const named = new Map<unknown, { readonly url: string; readonly name: string }>();
let counted = 0;

/**
 * The module and the name under which heddle exports something: V8 only knows the script that it is
 * written in. Undefined for what it does not export, and where there are no scripts.
 */
export function exportOfOurs(value: unknown): { url: string; name: string } | undefined {
  if (scripts !== undefined && scripts.size !== counted) {
    counted = scripts.size;
    for (const { url, exports } of scripts.values()) {
      for (const [name, one] of Object.entries(exports)) {
        if (typeof one === 'function') named.set(one, { url, name });
      }
    }
  }
  return named.get(value);
}
