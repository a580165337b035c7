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

/** What @types/node does not tell. */
interface Platform {
  readonly QuotaExceededError: new (message: string, limits: object) => AnyError;
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

/** Classes of the platform, whose name and message are internals that only a constructor sets. */
const PLATFORMS = new Set(['DOMException', 'QuotaExceededError']);

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
  const error = newError(decoder, builtIn, name, message);
  const stack = decoder.read() as string | undefined;
  decoder.number(error);
  const hasType = readType(decoder, error, name);
  decoder.readProperties(error);
  // Only now: a getter of the class may make the name from the properties.
  if (hasType) keepName(error, name);
  hide(error);
  // A DOMException has the stack that it had, as after structuredClone().
  setStack(error, stack, origin !== ownOrigin && !PLATFORMS.has(builtIn));
  return error;
}

function newError(decoder: Decoder, builtIn: string, name: string, message: string): AnyError {
  switch (builtIn) {
    case 'AggregateError':
      return new AggregateError([], message);
    case 'DOMException':
      return new DOMException(message, name);
    case 'QuotaExceededError':
      return newQuotaError(message, readLimits(decoder));
    default: {
      const Type = BUILT_IN[builtIn] ?? Error;
      return new Type(message);
    }
  }
}

function newQuotaError(message: string, limits: object): AnyError {
  const { QuotaExceededError } = globalThis as unknown as Platform;
  try {
    return new QuotaExceededError(message, limits);
  } catch {
    // A subclass may tell limits that there cannot be.
    return new Error(message);
  }
}

function readLimits(decoder: Decoder): object {
  const limits = ['quota', 'requested'].map((key) => [key, decoder.read()] as const);
  return Object.fromEntries(limits.filter(([, limit]) => limit !== null));
}

/**
 * The class of an error of the user's comes next; null in its place for none. False while it is not
 * there yet.
 */
function readType(decoder: Decoder, error: Error, name: string): boolean {
  const end = decoder.in.uint32();
  const numbers = decoder.in.uint32();
  let type: unknown;
  try {
    type = decoder.read();
    if (type === PENDING) {
      decoder.whenReady((late) => {
        setType(error, late);
        keepName(error, name);
      });
      return false;
    }
  } catch {
    // Its module does not load here, or its body fails.
    decoder.skipTo(end, numbers);
    type = null;
  }
  if (typeof type === 'function') setType(error, type);
  return true;
}

function setType(error: Error, type: unknown): void {
  Object.setPrototypeOf(error, (type as { prototype: object }).prototype);
}

// A name that the class does not give, out of sight: one in sight is among the properties.
function keepName(error: Error, name: string): void {
  if (Object.hasOwn(error, 'name') || nameOf(error, name) === name) return;
  Object.defineProperty(error, 'name', { value: name, writable: true, configurable: true });
}

// A getter of the user's may throw, as it did there.
function nameOf(error: Error, otherwise: string): string {
  try {
    const { name } = error as { readonly name: unknown };
    return String(name);
  } catch {
    return otherwise;
  }
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
