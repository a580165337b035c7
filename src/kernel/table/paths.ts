// Files that go with the process: a list in its arena, so that whatever thread made one, the main
// thread removes it at the end of the program.
import fs from 'node:fs';
import { peek, poke } from '../atomics.ts';
import { arena } from '../memory/arena.ts';
import { allocateIn, freeIn } from '../memory/heap.ts';
import { HEADER } from '../memory/layout.ts';
import { PLAIN, readText, writeText } from '../memory/strings.ts';
import { lockSide, unlockSide } from '../waiting/side-lock.ts';

/** Cells of an entry. */
const ENTRY = { NEXT: 0, PATH: 1, CELLS: 2 } as const;

/** Has a file removed at the end of the program. */
export function keepPath(path: string): void {
  const entry = allocateIn(arena, ENTRY.CELLS * 4, PLAIN);
  poke(arena.cells, entry + ENTRY.PATH, writeText(arena, path));
  lockSide(arena, HEADER.PATHS_LOCK);
  poke(arena.cells, entry + ENTRY.NEXT, peek(arena.cells, HEADER.PATHS_HEAD));
  poke(arena.cells, HEADER.PATHS_HEAD, entry);
  unlockSide(arena, HEADER.PATHS_LOCK);
}

/** The file is gone already. */
export function forgetPath(path: string): void {
  take((found) => found === path);
}

/** Removes all that are left. */
export function removePaths(): void {
  for (const path of take(() => true)) fs.rmSync(path, { force: true });
}

function take(wanted: (path: string) => boolean): string[] {
  const { cells } = arena;
  const taken: string[] = [];
  lockSide(arena, HEADER.PATHS_LOCK);
  for (let link: number = HEADER.PATHS_HEAD; peek(cells, link) !== 0;) {
    const entry = peek(cells, link);
    const text = peek(cells, entry + ENTRY.PATH);
    const path = readText(arena, text);
    if (!wanted(path)) {
      link = entry + ENTRY.NEXT;
      continue;
    }
    poke(cells, link, peek(cells, entry + ENTRY.NEXT));
    freeIn(arena, text);
    freeIn(arena, entry);
    taken.push(path);
  }
  unlockSide(arena, HEADER.PATHS_LOCK);
  return taken;
}
