// Errors that come from another thread: the same class, fields and cause, and the way they took.
//
// An error always arrives. If its class cannot be had here, it is a plain Error with its name,
// message and stack.
import { fileURLToPath } from 'node:url';
import { threadId } from 'node:worker_threads';
import { ownOrigin } from '../origin.ts';
import type { Decoder } from './decoder.ts';
import { PENDING } from './pending.ts';

interface AnyError extends Error {
  remoteStack?: string;
}

/**
 * Classes of the language, of which the stack and other internals are made by their constructor.
 */
const BUILT_IN: Readonly<Record<string, ErrorConstructor>> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

let nameThread = (): string => (threadId === 0 ? 'MainThread' : `thread ${threadId}`);

/** Tells how this thread is called in stacks. */
export function nameThreadBy(naming: () => string): void {
  nameThread = naming;
}

/** Reads an error. */
export function readError(decoder: Decoder): Error {
  const origin = decoder.in.uint32();
  const builtIn = decoder.in.string();
  const name = decoder.in.string();
  const message = decoder.in.string();
  const stack = decoder.read() as string | undefined;
  const error = newError(builtIn, message);
  decoder.number(error);
  readType(decoder, error, name);
  decoder.readProperties(error);
  hide(error);
  setStack(error, stack, origin !== ownOrigin);
  return error;
}

function newError(builtIn: string, message: string): AnyError {
  if (builtIn === 'AggregateError') return new AggregateError([], message);
  const Type = BUILT_IN[builtIn] ?? Error;
  return new Type(message);
}

/** The class of an error of the user's comes next; null in its place for none. */
function readType(decoder: Decoder, error: Error, name: string): void {
  const end = decoder.in.uint32();
  const numbers = decoder.in.uint32();
  let type: unknown;
  try {
    type = decoder.read();
    if (type === PENDING) {
      return decoder.whenReady((late) => setType(error, late));
    }
  } catch {
    // Its module does not load here, or its body fails.
    decoder.skipTo(end, numbers);
    type = null;
  }
  if (typeof type === 'function') setType(error, type);
  else if (error.name !== name) {
    Object.defineProperty(error, 'name', { value: name, writable: true, configurable: true });
  }
}

function setType(error: Error, type: unknown): void {
  Object.setPrototypeOf(error, (type as { prototype: object }).prototype);
}

// What the language itself keeps out of sight stays so.
function hide(error: Error): void {
  for (const key of ['cause', 'errors', 'message']) {
    if (!Object.hasOwn(error, key)) continue;
    Object.defineProperty(error, key, { enumerable: false });
  }
}

function setStack(error: AnyError, stack: string | undefined, isRemote: boolean): void {
  if (stack === undefined) return;
  let text = stack;
  if (isRemote) {
    const here: { stack?: string } = {};
    Error.captureStackTrace(here, readError);
    const frames = (here.stack ?? '')
      .split('\n')
      .slice(1)
      .filter((line) => !isOurs(line));
    text = [stack, `    --- taken in ${nameThread()} ---`, ...frames].join('\n');
    Object.defineProperty(error, 'remoteStack', {
      value: stack,
      writable: true,
      configurable: true,
    });
  }
  Object.defineProperty(error, 'stack', { value: text, writable: true, configurable: true });
}

const ours = new URL('..', import.meta.url);

// What is required, or a program, is named by its path.
function isOurs(line: string): boolean {
  return line.includes(ours.href) || line.includes(fileURLToPath(ours));
}
