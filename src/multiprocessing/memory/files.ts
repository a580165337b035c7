// The files that stand for shared memory, and those who made them.
//
// They are in /dev/shm, which is memory and nothing else. Each is named after its owner, the
// process that created it, with the moment at which that began: a later process with the same
// number is another one. So for each file it is known for sure whether its owner still lives, and a
// path is never anybody else's: whoever finds that the owner is dead may remove it at any time.
//
//   /dev/shm/heddle.<owner>.<name>                 memory of that name
//   /dev/shm/heddle-new.<owner>.<chance>/          where it is made
//   /dev/shm/heddle-claim.<user>.<name>/           where it gets its name (claim.ts)
//
// An owner is <pid namespace>.<pid>.<start>. Of one in another pid namespace nothing can be known
// but that it had made the file: it is taken to live.
import fs from 'node:fs';
import { RuntimeError } from '../../errors/index.ts';
import { nowMs, ownNamespace, startOf, UNKNOWN_START } from '../../kernel/index.ts';

const FOLDER = '/dev/shm';
const MEMORY = /^heddle\.(\d+\.\d+\.\d+)\.(.+)$/;
const DRAFT = /^heddle-new\.(\d+\.\d+\.\d+)\./;
const CLAIM = 'heddle-claim.';
// Between two sweeps. One takes 2 ms where there are 1,500 files of few owners (2 cores).
const REST_MS = 100;

/** The path of this process's memory of a name. */
export function ownPath(name: string): string {
  return `${FOLDER}/heddle.${ownOwner()}.${name}`;
}

/** What the folder begins with in which this process makes memory. */
export function draftPrefix(): string {
  return `${FOLDER}/heddle-new.${ownOwner()}.`;
}

/** The folder through which memory gets a name. Another user's would be beyond our reach. */
export function claimPath(name: string): string {
  return `${FOLDER}/${CLAIM}${process.getuid?.() ?? 0}.${name}`;
}

/** The path of the memory of a name whose owner lives; null when there is none. */
export function findPath(name: string): string | null {
  const ending = `.${name}`;
  for (const file of list()) {
    if (!file.endsWith(ending)) continue;
    const [, owner, itsName] = MEMORY.exec(file) ?? [];
    if (itsName === name && owner !== undefined && isAlive(owner)) return `${FOLDER}/${file}`;
  }
  return null;
}

/** Whether the owner of what is made in a folder of that name may still live. */
export function isDraftAlive(draft: string): boolean {
  const owner = DRAFT.exec(draft)?.[1];
  return owner === undefined || isAlive(owner);
}

let sweepAtMs = 0;

/**
 * Removes what dead processes have left, unless that has just been done: as it looks at every file,
 * a program that creates many would do little else.
 */
export function sweepNowAndThen(): void {
  if (nowMs() < sweepAtMs) return;
  const known = new Map<string, boolean>();
  removeWhere((owner) => {
    const isLeft = known.get(owner) ?? !isAlive(owner);
    known.set(owner, isLeft);
    return isLeft;
  });
  sweepAtMs = nowMs() + REST_MS;
}

/**
 * Removes what one process of this pid namespace has left that is known to be dead. Never fails:
 * who waits for the end of that process waits for this, too.
 */
export function removeLeftBy(pid: number, start: number): void {
  const dead = [namespace(), pid, start].join('.');
  attempt(() => removeWhere((owner) => owner === dead));
}

/** Clears away what another process may have done already, or what is in use or another user's. */
export function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // Whoever sweeps next tries again.
  }
}

/** Whether the system gave one of these reasons. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException | null)?.code ?? '');
}

function removeWhere(isLeft: (owner: string) => boolean): void {
  for (const file of list()) {
    if (!file.startsWith('heddle')) continue;
    const path = `${FOLDER}/${file}`;
    const owner = MEMORY.exec(file)?.[1];
    const maker = DRAFT.exec(file)?.[1];
    if (owner !== undefined && isLeft(owner)) attempt(() => fs.unlinkSync(path));
    if (maker !== undefined && isLeft(maker)) {
      attempt(() => fs.rmSync(path, { recursive: true, force: true }));
    }
    if (file.startsWith(CLAIM)) attempt(() => clearClaim(path, isLeft));
  }
}

function clearClaim(path: string, isLeft: (owner: string) => boolean): void {
  for (const draft of fs.readdirSync(path)) {
    const owner = DRAFT.exec(draft)?.[1];
    if (owner !== undefined && isLeft(owner)) attempt(() => fs.unlinkSync(`${path}/${draft}`));
  }
  // Fails while somebody is in it.
  fs.rmdirSync(path);
}

function isAlive(owner: string): boolean {
  const [itsNamespace, pid, start] = owner.split('.').map(Number) as [number, number, number];
  if (itsNamespace !== namespace()) return true;
  const now = startOf(pid);
  return now === start || now === UNKNOWN_START;
}

let own: string | null = null;

function ownOwner(): string {
  return (own ??= [namespace(), process.pid, startOf(process.pid) ?? 0].join('.'));
}

let knownNamespace: number | null = null;

function namespace(): number {
  return (knownNamespace ??= ownNamespace());
}

function list(): string[] {
  try {
    return fs.readdirSync(FOLDER);
  } catch (cause) {
    if (!hasCode(cause, 'ENOENT')) throw cause;
    throw new RuntimeError(
      `Cannot use shared memory by name as there is no folder ${FOLDER} here`,
      { code: 'ERR_HEDDLE_NO_SHARED_MEMORY', cause },
    );
  }
}
