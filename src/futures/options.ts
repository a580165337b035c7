// What an executor can be told.
import { inspect } from 'node:util';
import type { PoolOptions } from '../pool/index.ts';

/** Options of an executor; every member has a default. */
export interface ExecutorOptions extends Pick<PoolOptions, 'initializer' | 'initargs' | 'name'> {
  /** Most workers at a time; they are started as tasks come that no idle one can take. */
  readonly maxWorkers?: number | undefined;
  /** A worker is replaced after so many tasks; a chunk of a map is one. */
  readonly maxTasksPerChild?: number | undefined;
  /** Workers are called by it: PREFIX_0, PREFIX_1 and so on. Default: the name. */
  readonly threadNamePrefix?: string | undefined;
}

/** Checks that options are an object; what is not may be an argument as Python has it. */
export function requireOptions(options: unknown, act: string, cure: string): void {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return;
  throw new TypeError(
    `Cannot ${act} with ${inspect(options)} as an object of options is wanted\n${cure}`,
  );
}

/** Checks that what a map walks through is an array of iterables; Python has them one by one. */
export function requireIterables(iterables: unknown): void {
  const all: readonly unknown[] | null = Array.isArray(iterables) ? iterables : null;
  const stray = all?.findIndex((one) => !isIterable(one)) ?? 0;
  if (stray === -1) return;
  const shown = inspect(iterables, { depth: 0, maxArrayLength: 3 });
  const found =
    all === null
      ? 'it is not an array'
      : `${inspect(all[stray], { depth: 0 })} in it is not iterable`;
  throw new TypeError(
    `Cannot map over ${shown} as ${found}: an iterable is wanted for each argument\n` +
      'Write map(fn, [items])',
  );
}

/** Checks that something is a whole number of 1 or more. */
export function atLeastOne(value: unknown, what: string): number {
  if (typeof value !== 'number') {
    throw new TypeError(`Cannot use ${inspect(value)} as ${what}: a number is wanted`);
  }
  if (Number.isInteger(value) && value >= 1) return value;
  throw new RangeError(`Cannot use ${value} as ${what}: a whole number of 1 or more is wanted`);
}

function isIterable(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  return typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function';
}
