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
  if (daemon !== undefined && typeof daemon !== 'boolean')
    throw wrong('daemon', daemon, 'true or false');
  const surroundings = checkSurroundings(given);
  const identity = nextIdentity();
  return {
    target: target as Callable,
    // A copy, as Python makes a tuple: what becomes of the array until start() is not seen.
    args: args === undefined ? [] : [...(args as unknown[])],
    name: name === undefined ? `Process-${identity}` : textOf(name),
    identity,
    daemon: daemon ?? getField(thisProcess(), CHILD.DAEMON) !== 0,
    cwd: given['cwd'] as string | undefined,
    surroundings,
  };
}

// Node.js would say the same of them, but in another thread, and of a call that is not the user's.
function checkSurroundings({ env, cwd, execArgv }: Record<string, unknown>): Surroundings {
  if (env !== undefined && (typeof env !== 'object' || env === null))
    throw wrong('env', env, 'an object of strings');
  if (cwd !== undefined && typeof cwd !== 'string') throw wrong('cwd', cwd, 'a path');
  if (
    execArgv !== undefined &&
    !(Array.isArray(execArgv) && execArgv.every((flag) => typeof flag === 'string'))
  ) {
    throw wrong('execArgv', execArgv, 'an array of strings');
  }
  if (cwd !== undefined) requireText('cwd', cwd);
  for (const flag of execArgv ?? []) requireText('execArgv', flag);
  return {
    env: env === undefined ? undefined : checkEnvironment(env as Record<string, unknown>),
    execArgv,
  };
}

// As Node.js does, it makes texts of numbers, and leaves out what is undefined.
function checkEnvironment(env: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts: [name: string, text: string][] = [];
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue;
    if (!isPlain(value)) throw wrong(`env.${name}`, value, 'a string');
    const text = String(value);
    requireText('env has the name', name);
    requireText(`env.${name}`, text);
    texts.push([name, text]);
  }
  return Object.fromEntries(texts);
}

function isPlain(value: unknown): value is string | number | bigint | boolean {
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

// The system's texts end where they have one.
function requireText(what: string, text: string): void {
  if (!text.includes('\0')) return;
  const found = what.includes(' ') ? what : `${what} is`;
  throw new TypeError(
    `Cannot make a process as its ${found} ${inspect(text)}, which has a null character`,
  );
}

function wrong(option: string, value: unknown, wanted: string): TypeError {
  return new TypeError(
    `Cannot make a process as its ${option} is ${inspect(value)}, not ${wanted}`,
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
