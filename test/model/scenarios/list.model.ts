// SharedList: its operations, killed at every step and beside another thread's. Whatever happens,
// the list is as it was before or as it is after, and goes on.
import {
  HEADER,
  PRIM_TYPE,
  allocate,
  arena,
  atomics,
  initPrim,
} from '../../../src/kernel/index.ts';
import { LIST } from '../../../src/shared/list/block.ts';
import * as operations from '../../../src/shared/list/operations.ts';
import { readAll } from '../../../src/shared/items/read-all.ts';
import { snapshot } from '../../../src/shared/list/search.ts';
import { sortList } from '../../../src/shared/list/sort.ts';
import type { Scenario } from '../engine/scenario.ts';

/** A cell of the header that nothing uses: the list's handle. */
const HANDLE: number = HEADER.MAIN_RECORD + 1;
/** What the other thread adds. */
const ADDED = 99;
const box = (n: number): { n: number } => ({ n });

const list = (): number => atomics.load(arena.cells, HANDLE);

function setUp(): void {
  const handle = allocate(LIST.CELLS * 4);
  initPrim(arena, handle, PRIM_TYPE.LOCK);
  atomics.poke(arena.cells, handle + LIST.DATA, 0);
  // As many as the first data block holds, some in blocks of their own.
  operations.pushItems(handle, [3, box(1), 2, box(4)]);
  atomics.store(arena.cells, HANDLE, handle);
}

function contents(): string {
  const numbers = readAll(snapshot(list())).map((item) => (item as { n?: number }).n ?? item);
  return numbers.join(' ');
}

// Without what the other thread has added, wherever that is.
function requireOneOf(wanted: readonly string[]): void {
  const found = contents()
    .split(' ')
    .filter((one) => one !== String(ADDED) && one !== '')
    .join(' ');
  if (!wanted.includes(found)) throw new Error(`The list is ${found}, not ${wanted.join(' or ')}`);
}

function check(before: string, after: string): void {
  requireOneOf([before, after]);
  // It goes on, and its blocks can be freed and used again.
  operations.clearItems(list());
  operations.pushItems(list(), [box(1), box(2), 3, 4, 5]);
  if (contents() !== '1 2 3 4 5') throw new Error(`The list does not go on: ${contents()}`);
}

const BEFORE = '3 1 2 4';

const compare = (a: unknown, b: unknown): number => numberOf(a) - numberOf(b);
const numberOf = (item: unknown): number =>
  typeof item === 'number' ? item : (item as { n: number }).n;

const changes: Readonly<Record<string, [change: () => void, after: string]>> = {
  'push()': [() => operations.pushItem(list(), box(5)), '3 1 2 4 5'],
  'push() of several': [() => operations.pushItems(list(), [box(5), 6]), '3 1 2 4 5 6'],
  'pop()': [() => operations.takeAt(list(), -1), '3 1 2'],
  'pop() from the middle': [() => operations.takeAt(list(), 1), '3 2 4'],
  'insert()': [() => operations.insertItem(list(), 1, box(5)), '3 5 1 2 4'],
  'set()': [() => operations.replaceItem(list(), 1, box(5)), '3 5 2 4'],
  'remove()': [() => operations.deleteAt(list(), 0), '1 2 4'],
  'clear()': [() => operations.clearItems(list()), ''],
  'reverse()': [() => operations.reverseItems(list()), '4 2 1 3'],
  'sort()': [() => sortList(list(), compare), '1 2 3 4'],
};

function addOne(): void {
  operations.pushItem(list(), ADDED);
}

export const scenarios: Scenario[] = Object.entries(changes).map(([name, [change, after]]) => ({
  name: `SharedList.${name} is killed at every step`,
  setUp,
  threads: { V: change, A: addOne },
  kills: 1,
  mayDie: ['V'],
  check: () => check(BEFORE, after),
  names: {},
}));
