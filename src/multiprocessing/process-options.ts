// What a process is made of, as the user gives it: types, checks, and what is left out.
import { inspect } from 'node:util';
import { HEADER, arena, atomics } from '../kernel/index.ts';
import { CHILD, getField, identityOf } from './child/record.ts';
import type { Surroundings } from './child/task.ts';
import { thisProcess } from './self.ts';
import type { Callable } from './types.ts';

interface CommonOptions<A extends readonly unknown[]> {
  /** What to run. */
  readonly target: Callable<A>;
  /** Default "Process-N". What is not a string is made one. */
  readonly name?: string | undefined;
  /**
   * Terminated when the parent ends; may have no children of its own. Default: that of the creating
   * process.
   */
  readonly daemon?: boolean | undefined;
  /** Environment; default that of this process. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Working directory; default that of this process. */
  readonly cwd?: string | undefined;
  /** Flags of Node.js; default those of this process. */
  readonly execArgv?: readonly string[] | undefined;
}

/** What a process is made of. `args` may be left out where the target needs none. */
export type ProcessOptions<A extends readonly unknown[]> = CommonOptions<A> &
  ([] extends A ? { readonly args?: A | undefined } : { readonly args: A });

/** Options that have been looked at. */
export interface CheckedOptions {
  readonly target: Callable;
  readonly args: readonly unknown[];
  readonly name: string;
  /** The numbers that name it below the first process. */
  readonly identity: string;
  readonly daemon: boolean;
  readonly cwd: string | undefined;
  readonly surroundings: Surroundings;
}

/** Looks at what the user gave; TypeError where no process can be made of it. */
export function checkOptions(options: unknown): CheckedOptions {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `Cannot make a process of ${inspect(options)} as an object with a target is wanted\n` +
        'Write new Process({ target: fn, args: [1, 2] })',
    );
  }
  const given = options as Record<string, unknown>;
  const { target, args, name, daemon } = given;
  if (typeof target !== 'function') {
    throw new TypeError(
      `Cannot make a process as its target is ${inspect(target)}, not a function`,
    );
  }
  if (args !== undefined && !Array.isArray(args)) {
    throw new TypeError(
      `Cannot make a process as its args are ${inspect(args)}, not an array\nWrite args: [value]`,
    );
  }
  const identity = nextIdentity();
  return {
    target: target as Callable,
    args: args ?? [],
    name: name === undefined ? `Process-${identity}` : textOf(name),
    identity,
    daemon: daemon === undefined ? getField(thisProcess(), CHILD.DAEMON) !== 0 : Boolean(daemon),
    cwd: given['cwd'] as string | undefined,
    surroundings: checkSurroundings(given),
  };
}

// Node.js would say the same of them, but in another thread, and of a call that is not the user's.
function checkSurroundings({ env, cwd, execArgv }: Record<string, unknown>): Surroundings {
  if (env !== undefined && (typeof env !== 'object' || env === null)) throw wrong('env', env);
  if (cwd !== undefined && typeof cwd !== 'string') throw wrong('cwd', cwd);
  if (
    execArgv !== undefined &&
    !(Array.isArray(execArgv) && execArgv.every((flag) => typeof flag === 'string'))
  ) {
    throw wrong('execArgv', execArgv);
  }
  return {
    env: env === undefined ? undefined : { ...(env as Record<string, string>) },
    execArgv,
  };
}

function wrong(option: 'env' | 'cwd' | 'execArgv', value: unknown): TypeError {
  const wanted = { env: 'an object of strings', cwd: 'a path', execArgv: 'an array of strings' };
  return new TypeError(
    `Cannot make a process as its ${option} is ${inspect(value)}, not ${wanted[option]}`,
  );
}

function nextIdentity(): string {
  const number = atomics.add(arena.cells, HEADER.PROCESS_NUMBER, 1) + 1;
  const parent = identityOf(thisProcess());
  return parent === '' ? String(number) : `${parent}:${number}`;
}

/** A name as a text: what is not a string is made one, as in Python. */
export function textOf(name: unknown): string {
  return typeof name === 'string' ? name : String(name);
}
