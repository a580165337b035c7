// Names of shared memory: what is created under one, found by it, and taken away.
//
// What is created by a process goes with it. Whoever ends well removes its own; what a process that
// was killed has left is removed by its parent, which hears of its end (child/supervisor.ts), and
// what nobody hears of by those that create any later. Whose a file is, files.ts tells.
import fs from 'node:fs';
import { inspect } from 'node:util';
import { RuntimeError } from '../../errors/index.ts';
import { keepPath, forgetPath } from '../../kernel/index.ts';
import { createAlone } from './claim.ts';
import { findPath, hasCode, ownPath, sweepNowAndThen } from './files.ts';

/** A file's name has at most 255 bytes; what stands before the name takes up to 47 of them. */
const LONGEST = 200;
const FOR_OWNER = 0o600;

/** Memory that is there for all now. */
interface Created {
  readonly name: string;
  readonly descriptor: number;
}

/** Refuses what cannot be a name. */
export function requireName(name: unknown): string {
  if (typeof name === 'string' && /^[\w.+@-]+$/.test(name) && name.length <= LONGEST) return name;
  throw new TypeError(
    `Cannot use ${inspect(name)} as the name of shared memory as it is not a text ` +
      `of 1 to ${LONGEST} letters, digits and the signs _ . + @ -`,
  );
}

/** Creates memory of a name, all 0. */
export function createNamed(name: string, size: number): Created {
  sweepNowAndThen();
  const descriptor = createAlone(name, size);
  if (descriptor !== null) {
    keepPath(ownPath(name));
    return { name, descriptor };
  }
  throw new RuntimeError(
    `Cannot create shared memory ${JSON.stringify(name)} as there is one of that name\n` +
      'Leave out create to attach to it, or choose another name',
    { code: 'ERR_HEDDLE_SHARED_MEMORY_EXISTS' },
  );
}

/** Creates memory, all 0, of a name that nobody has thought of. */
export function createNew(size: number): Created {
  sweepNowAndThen();
  const chance = Math.floor(Math.random() * 2 ** 32).toString(36);
  const name = `m${process.hrtime.bigint().toString(36)}${chance}`;
  const path = ownPath(name);
  const descriptor = fs.openSync(path, 'wx+', FOR_OWNER);
  try {
    fs.ftruncateSync(descriptor, size);
    keepPath(path);
    return { name, descriptor };
  } catch (cause) {
    fs.closeSync(descriptor);
    fs.rmSync(path, { force: true });
    throw cause;
  }
}

/** Opens the memory of a name. */
export function openNamed(name: string): number {
  const descriptor = withPath(name, (path) => fs.openSync(path, 'r+'));
  if (descriptor === null) throw noSuch(name, 'attach to');
  return descriptor;
}

/** Removes a name; who is attached keeps the memory. */
export function removeNamed(name: string): void {
  const removed = withPath(name, (path) => {
    fs.unlinkSync(path);
    return path;
  });
  if (removed === null) throw noSuch(name, 'unlink');
  forgetPath(removed);
}

// Our own need not be looked for. Null when there is none, or it is gone before it is reached.
function withPath<R>(name: string, act: (path: string) => R): R | null {
  const own = reach(ownPath(name), act);
  if (own !== null) return own;
  const found = findPath(name);
  return found === null ? null : reach(found, act);
}

function reach<R>(path: string, act: (path: string) => R): R | null {
  try {
    return act(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function noSuch(name: string, action: string): RuntimeError {
  return new RuntimeError(
    `Cannot ${action} shared memory ${JSON.stringify(name)} as there is none of that name\n` +
      'It is created with create: true, and goes with the process that created it',
    { code: 'ERR_HEDDLE_NO_SUCH_SHARED_MEMORY' },
  );
}
