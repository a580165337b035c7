// How memory gets a name that nobody else has.
//
// That a name is free is only known by looking for it, and between the look and the creation
// another process may do the same. So they go through a folder of the name, one at a time:
//
//   DRAFTED     heddle-new.<owner>.<chance>/<draft>   made, of its size; nobody looks at it
//   CLAIMING    heddle-claim.<user>.<name>/<draft>    the whole folder was renamed to the claim's
//   PUBLISHED   heddle.<owner>.<name>                 the file was renamed out of it
//
// DRAFTED to CLAIMING: rename(2) of a folder to another one succeeds if that is not there or is
//   empty, and fails if there is anything in it. It is one step, so a claim is never without the
//   draft that tells whose it is, whatever moment its owner is killed at.
// CLAIMING to PUBLISHED: whoever has the claim looks for memory of the name, and if there is none
//   renames its draft. This publishes it and leaves the claim empty, so free, at the same moment.
//   rmdir(2), which fails for a folder that is not empty, then clears that away.
//
// A claim is broken by removing the draft: at once if its owner is dead, or else when it has been
// there for too long, as its owner was stopped or is in a pid namespace that we see nothing of.
// This is safe at any time: a draft's name is used once, so nobody removes another one than he saw,
// and an owner that still lives cannot publish what is not there any more; it begins again. So no
// file blocks anybody for ever, and no two publish what they found free at the same time.
//
// It is tempting to have a file for a claim, made with O_EXCL or link(2). One of a dead owner could
// not be removed: between the look and the removal another process may have done that, and have a
// claim of its own there. Of folders alone the system removes or replaces only those that are done
// with.
import fs from 'node:fs';
import { basename } from 'node:path';
import { arena, nowMs, sleepUntil } from '../../kernel/index.ts';
import {
  attempt,
  claimPath,
  draftPrefix,
  findPath,
  hasCode,
  isDraftAlive,
  ownPath,
} from './files.ts';

const FOR_OWNER = 0o600;
// Between two looks at the claim of another process, which takes less.
const LOOK_MS = 1;
// Some hundred times what a claim takes. Too short would only cost its owner a second try.
const PATIENCE_MS = 200;

interface Draft {
  readonly name: string;
  readonly descriptor: number;
  /** Where it is at present. */
  folder: string;
}

/**
 * Creates the memory of a name, all 0, unless there is one.
 *
 * @returns its descriptor; null when there is one
 */
export function createAlone(name: string, size: number): number | null {
  for (;;) {
    const draft = newDraft(size);
    let outcome: Outcome = 'taken';
    try {
      enterClaim(draft, claimPath(name));
      outcome = publish(draft, name);
    } finally {
      if (outcome !== 'published') discard(draft);
    }
    if (outcome === 'published') return draft.descriptor;
    if (outcome === 'taken') return null;
  }
}

type Outcome = 'published' | 'taken' | 'broken';

function newDraft(size: number): Draft {
  const folder = fs.mkdtempSync(draftPrefix());
  const name = basename(folder);
  let descriptor: number | null = null;
  try {
    descriptor = fs.openSync(`${folder}/${name}`, 'wx+', FOR_OWNER);
    fs.ftruncateSync(descriptor, size);
    return { name, descriptor, folder };
  } catch (cause) {
    if (descriptor !== null) fs.closeSync(descriptor);
    fs.rmSync(folder, { recursive: true, force: true });
    throw cause;
  }
}

function enterClaim(draft: Draft, claim: string): void {
  let other: string | undefined;
  let sinceMs = 0;
  while (!tryEnter(draft, claim)) {
    const now = nowMs();
    const there = draftIn(claim);
    if (there === undefined) continue;
    if (there !== other) [other, sinceMs] = [there, now];
    if (!isDraftAlive(there) || now - sinceMs > PATIENCE_MS) {
      fs.rmSync(`${claim}/${there}`, { force: true });
    } else {
      sleepUntil(arena, now + LOOK_MS);
    }
  }
}

function tryEnter(draft: Draft, claim: string): boolean {
  try {
    fs.renameSync(draft.folder, claim);
  } catch (error) {
    if (hasCode(error, 'ENOTEMPTY', 'EEXIST')) return false;
    throw error;
  }
  draft.folder = claim;
  return true;
}

function draftIn(claim: string): string | undefined {
  try {
    return fs.readdirSync(claim)[0];
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function publish(draft: Draft, name: string): Outcome {
  if (findPath(name) !== null) return 'taken';
  try {
    fs.renameSync(`${draft.folder}/${draft.name}`, ownPath(name));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 'broken';
    throw error;
  }
  attempt(() => fs.rmdirSync(draft.folder));
  return 'published';
}

function discard({ name, descriptor, folder }: Draft): void {
  fs.closeSync(descriptor);
  attempt(() => fs.unlinkSync(`${folder}/${name}`));
  // In the place of a claim that was broken there may be another one.
  attempt(() => fs.rmdirSync(folder));
}
