// Names of shared memory: files in /dev/shm, which are memory and nothing else.
//
// What is created by a process goes with it. Whoever ends well removes its own; what a process that
// was killed has left is removed by the next one that creates any. So that it is known for sure,
// the owner stands in the file's name, with the moment at which it began: a later process with the
// same number is another one.
//
//   /dev/shm/heddle.<namespace>.<pid>.<start>.<name>
//
// Of an owner in another pid namespace nothing can be known but that it had made the file.
import fs from 'node:fs';
import { inspect } from 'node:util';
import { RuntimeError } from '../../errors/index.ts';
import { keepPath, forgetPath, ownNamespace, startOf } from '../../kernel/index.ts';

const FOLDER = '/dev/shm';
const FILE = /^heddle\.(\d+)\.(\d+)\.(\d+)\.(.+)$/;
/** A file's name has at most 255 bytes; the owner takes up to 47 of them. */
const LONGEST = 200;
const READABLE_BY_OWNER = 0o600;

interface Found {
  readonly path: string;
  readonly name: string;
  readonly namespace: number;
  readonly pid: number;
  readonly start: number;
}

/** Refuses what cannot be a name. */
export function requireName(name: unknown): string {
  if (typeof name === 'string' && /^[\w.+@-]+$/.test(name) && name.length <= LONGEST) return name;
  throw new TypeError(
    `Cannot use ${inspect(name)} as the name of shared memory as it is not a text ` +
      `of 1 to ${LONGEST} letters, digits and the signs _ . + @ -`,
  );
}

/** Creates memory of a name, all 0, and gives the descriptor. */
export function createNamed(name: string, size: number): number {
  sweep();
  if (find(name) !== null) {
    throw new RuntimeError(
      `Cannot create shared memory ${JSON.stringify(name)} as there is one of that name\n` +
        'Leave out create to attach to it, or choose another name',
      { code: 'ERR_HEDDLE_SHARED_MEMORY_EXISTS' },
    );
  }
  const owner = [ownNamespace(), process.pid, startOf(process.pid) ?? 0];
  const path = `${FOLDER}/heddle.${owner.join('.')}.${name}`;
  const descriptor = fs.openSync(path, 'wx+', READABLE_BY_OWNER);
  keepPath(path);
  try {
    fs.ftruncateSync(descriptor, size);
  } catch (cause) {
    fs.closeSync(descriptor);
    removeNamed(name);
    throw cause;
  }
  return descriptor;
}

/** Opens the memory of a name. */
export function openNamed(name: string): number {
  const found = find(name);
  if (found !== null) return fs.openSync(found.path, 'r+');
  throw noSuch(name, 'attach to');
}

/** Removes a name; who is attached keeps the memory. */
export function removeNamed(name: string): void {
  const found = find(name);
  if (found === null) throw noSuch(name, 'unlink');
  fs.rmSync(found.path, { force: true });
  forgetPath(found.path);
}

function noSuch(name: string, action: string): RuntimeError {
  return new RuntimeError(
    `Cannot ${action} shared memory ${JSON.stringify(name)} as there is none of that name\n` +
      'It is created with create: true, and goes with the process that created it',
    { code: 'ERR_HEDDLE_NO_SUCH_SHARED_MEMORY' },
  );
}

function find(name: string): Found | null {
  return files().find((one) => one.name === name && isAlive(one)) ?? null;
}

function sweep(): void {
  for (const one of files()) if (!isAlive(one)) fs.rmSync(one.path, { force: true });
}

function isAlive({ namespace, pid, start }: Found): boolean {
  return namespace !== ownNamespace() || startOf(pid) === start;
}

function files(): Found[] {
  if (!fs.existsSync(FOLDER)) {
    throw new RuntimeError(
      `Cannot use shared memory by name as there is no folder ${FOLDER} here`,
      {
        code: 'ERR_HEDDLE_NO_SHARED_MEMORY',
      },
    );
  }
  return fs.readdirSync(FOLDER).flatMap((file) => {
    const match = FILE.exec(file);
    if (match === null) return [];
    const [namespace, pid, start] = match.slice(1, 4).map(Number) as [number, number, number];
    return [{ path: `${FOLDER}/${file}`, name: match[4] ?? '', namespace, pid, start }];
  });
}
