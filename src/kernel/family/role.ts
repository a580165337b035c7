// What this process is in its family where no memory can be shared, as koffi does not load.
//
//   HOST     the first process: what processes share lives in it, in the upper half of its own
//            memory
//   CLIENT   a child: it has objects that stand for those, and asks the host
//
// Memory that is mapped is a family's, or it is not: who was born into one that has it cannot do
// without.
import { HeddleError } from '../../errors/index.ts';
import { load, store } from '../atomics.ts';
import { arena, inheritance, inheritedFamily } from '../memory/arena.ts';
import { FAMILY_ROLE, HEADER } from '../memory/layout.ts';
import { readText, writeText } from '../memory/strings.ts';
// oxlint-disable-next-line import/no-unassigned-import -- who writes to the arena has his slot
import '../table/self.ts';
import { loadNative } from './native.ts';
import type { Native } from './native.ts';

/** Whether this process has no memory in common with others of its family. */
export function isAlone(): boolean {
  return load(arena.cells, HEADER.FAMILY_ROLE) !== FAMILY_ROLE.MAPPED;
}

/** Whether this process asks another one for what processes share. */
export function isClient(): boolean {
  return load(arena.cells, HEADER.FAMILY_ROLE) === FAMILY_ROLE.CLIENT;
}

/** The calls that memory is shared with; null where this process does without. */
export function nativeIfAny(): Native | null {
  if (isAlone()) return null;
  try {
    return loadNative();
  } catch (error) {
    if (load(arena.cells, HEADER.FAMILY_DESCRIPTOR) !== 0) throw error;
    return null;
  }
}

/**
 * The calls for memory that processes share, which nothing else can stand in for.
 *
 * @throws {HeddleError} if there is none; the message says why
 */
export function requireNative(): Native {
  if (!isClient()) return loadNative();
  throw new HeddleError(
    'Cannot share memory between processes here as the first process of the family has none',
    { code: 'ERR_HEDDLE_NO_SHARED_MEMORY' },
  );
}

/** Makes this process the host, which it says once it has something to share. */
export function serveFamilyAlone(): void {
  if (!isClient()) store(arena.cells, HEADER.FAMILY_ROLE, FAMILY_ROLE.HOST);
}

/** Makes this process the host, and says so. Does nothing in a client. */
export function becomeHost(): void {
  if (isClient()) return;
  serveFamilyAlone();
  process.emitWarning(
    'Locks, queues and containers are shared between processes by messages to the first one, ' +
      `which is slower: ${reason()}`,
    { type: 'HeddleWarning', code: 'HEDDLE_NO_SHARED_MEMORY' },
  );
}

/** How the host is reached; '' where there is none, or nobody listens yet. */
export function hostAddress(): string {
  return readText(arena, load(arena.cells, HEADER.FAMILY_ADDRESS));
}

/** Says how this process, the host, is reached. */
export function setHostAddress(address: string): void {
  store(arena.cells, HEADER.FAMILY_ADDRESS, writeText(arena, address));
}

function reason(): string {
  try {
    loadNative();
    return 'koffi was not there before';
  } catch (error) {
    return (error as Error).message;
  }
}

if (inheritance === null && inheritedFamily !== null && inheritedFamily.address !== '') {
  store(arena.cells, HEADER.FAMILY_ROLE, FAMILY_ROLE.CLIENT);
  setHostAddress(inheritedFamily.address);
}
