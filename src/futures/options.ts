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

/** Checks that something is a whole number of 1 or more. */
export function atLeastOne(value: unknown, what: string): number {
  if (typeof value !== 'number') {
    throw new TypeError(`Cannot use ${inspect(value)} as ${what}: a number is wanted`);
  }
  if (Number.isInteger(value) && value >= 1) return value;
  throw new RangeError(`Cannot use ${value} as ${what}: a whole number of 1 or more is wanted`);
}
