// What a thread is made of, as the user gives it: types, checks, and what is left out.
import { inspect } from 'node:util';
import { HEADER, arena, atomics } from '../kernel/index.ts';
import { currentRecord } from './current.ts';
import { RECORD, getField } from './life/record.ts';
import type { Callable } from './types.ts';

/** Bounds for the worker of a thread; one that passes them dies with a WorkerDiedError. */
export interface ThreadLimits {
  /** Largest heap of long-lived objects: 4 or more. */
  readonly maxOldGenerationSizeMb?: number | undefined;
  /** Largest stack: 0.25 or more. */
  readonly stackSizeMb?: number | undefined;
}

// Smaller, and Node ends the whole process while the worker boots (22, 24 and 26).
const LEAST_HEAP_MB = 4;
const LEAST_STACK_MB = 0.25;
// Node keeps so much of a worker's stack from JavaScript, and boots none on 0.25 with that taken
// off.
const NATIVE_STACK_MB = 192 / 1024;

interface CommonOptions<A extends readonly unknown[], R> {
  /** What to run. */
  readonly target: Callable<A, R>;
  /** Default "Thread-N (targetName)". What is not a string is made one. */
  readonly name?: string | undefined;
  /**
   * Default: that of the creating thread. A program ends when only daemon threads are left; they
   * are stopped dead.
   */
  readonly daemon?: boolean | undefined;
  /** true: a worker of its own, not one from the cache. */
  readonly isolate?: boolean | undefined;
  readonly resourceLimits?: ThreadLimits | undefined;
}

/** What a thread is made of. `args` may be left out where the target needs none. */
export type ThreadOptions<A extends readonly unknown[], R = unknown> = CommonOptions<A, R> &
  ([] extends A ? { readonly args?: A | undefined } : { readonly args: A });

/** Options that have been looked at. */
export interface CheckedOptions {
  readonly target: Callable;
  readonly args: readonly unknown[];
  readonly name: string;
  readonly daemon: boolean;
  readonly isolate: boolean;
  readonly limits: ThreadLimits | undefined;
}

/** Looks at what the user gave; TypeError where no thread can be made of it. */
export function checkOptions(options: unknown): CheckedOptions {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `Cannot make a thread of ${inspect(options)}: an object with a target is wanted\n` +
        'Write new Thread({ target: fn, args: [1, 2] })',
    );
  }
  const { target, args, name, daemon, isolate, resourceLimits } = options as Record<
    string,
    unknown
  >;
  if (typeof target !== 'function') {
    throw new TypeError(`Cannot make a thread as its target is ${inspect(target)}, not a function`);
  }
  if (args !== undefined && !Array.isArray(args)) {
    throw new TypeError(
      `Cannot make a thread as its args are ${inspect(args)}, not an array\nWrite args: [value]`,
    );
  }
  return {
    target: target as Callable,
    args: args ?? [],
    name: name === undefined || name === '' ? defaultName(target as Callable) : textOf(name),
    daemon: daemon === undefined ? getField(currentRecord(), RECORD.DAEMON) !== 0 : Boolean(daemon),
    isolate: Boolean(isolate),
    limits: resourceLimits === undefined ? undefined : checkLimits(resourceLimits),
  };
}

function checkLimits(limits: unknown): ThreadLimits {
  if (typeof limits !== 'object' || limits === null || Array.isArray(limits)) {
    throw new TypeError(
      `Cannot make a thread as its resourceLimits are ${inspect(limits)}, not an object\n` +
        'Write resourceLimits: { stackSizeMb: 8 }',
    );
  }
  const { maxOldGenerationSizeMb: heap, stackSizeMb: stack } = limits as Record<string, unknown>;
  return {
    ...(heap === undefined
      ? {}
      : { maxOldGenerationSizeMb: checkMb(heap, 'maxOldGenerationSizeMb', LEAST_HEAP_MB) }),
    ...(stack === undefined
      ? {}
      : { stackSizeMb: checkMb(stack, 'stackSizeMb', LEAST_STACK_MB) + NATIVE_STACK_MB }),
  };
}

function checkMb(size: unknown, option: string, least: number): number {
  const what = `Cannot make a thread as its ${option} is ${inspect(size)}`;
  if (typeof size !== 'number') throw new TypeError(`${what}, not a number of megabytes`);
  if (size >= least && size < Infinity) return size;
  throw new RangeError(`${what}: ${least} or more megabytes are wanted`);
}

function defaultName(target: Callable): string {
  const number = atomics.add(arena.cells, HEADER.THREAD_NUMBER, 1) + 1;
  // `target: () => …` gives the function the name of the option, which says nothing.
  const named =
    target.name !== 'target' || /^(async\s+)?function\s*\*?\s*target\b/.test(String(target));
  return named && target.name !== '' ? `Thread-${number} (${target.name})` : `Thread-${number}`;
}

/** A name as a text: what is not a string is made one, as in Python. */
export function textOf(name: unknown): string {
  return typeof name === 'string' ? name : String(name);
}
