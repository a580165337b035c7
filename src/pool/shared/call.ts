// What a task calls: a function, with the arguments of one call or the items of many.
//
// A function that is the same each time it is sent has a block of its own, which each worker reads
// once. Beside it a message has the arguments; up to two numbers and the like are in the task
// itself, and there is no message at all. A function that may have changed is in the message too.
import { types } from 'node:util';
import { arena, atomics, release, retain } from '../../kernel/index.ts';
import type { Arena } from '../../kernel/index.ts';
import {
  functionBlock,
  functionOf,
  hasMoreThanElements,
  importsFor,
  knownSlot,
  load,
  loadAsync,
  readItem,
  store,
} from '../../wire/index.ts';
import { ARGS_MOST, ARGS_SHIFT, FORM, TASK } from './layout.ts';

/** A call, with a reference to each of its blocks. */
export interface Call {
  /** Block of the function; 0 where it is in the message. */
  readonly func: number;
  /** Message with the rest; 0 where the arguments have slots. */
  readonly message: number;
  readonly slots: readonly number[];
}

/** A function of a task. */
export type Func = (...args: readonly unknown[]) => unknown;
/** A call as a worker reads it. */
export type Work = readonly [func: Func, items: readonly unknown[]];

const LABELS = ['function', 'args'];
const NONE: readonly never[] = [];

/**
 * Writes a call.
 *
 * @throws {TransferError} if something of it cannot travel; nothing is left behind then
 */
export function storeCall(
  func: (...args: never[]) => unknown,
  items: readonly unknown[],
  form: number,
  home: Arena,
): Call {
  const block = functionBlock(func, home);
  if (block === 0) return { func: 0, message: store([func, items], LABELS, home), slots: NONE };
  try {
    const args = form === FORM.APPLY ? fewOf(items) : null;
    const slots = args === null ? null : slotsOf(args);
    if (slots !== null) return { func: block, message: 0, slots };
    return { func: block, message: store(args ?? items, 'args', home), slots: NONE };
  } catch (error) {
    release(block);
    throw error;
  }
}

/** Writes a call into its task, with what the items are; its references pass to the task. */
export function writeCall(task: number, { func, message, slots }: Call, form: number): void {
  const { cells, numbers } = arena;
  atomics.poke(cells, task + TASK.FUNC, func);
  atomics.poke(cells, task + TASK.MESSAGE, message);
  atomics.poke(cells, task + TASK.FORM, form | (slots.length << ARGS_SHIFT));
  for (let i = 0; i < slots.length; i++) {
    atomics.wide.poke(numbers, (task + TASK.ARGS) / 2 + i, slots[i] as number);
  }
}

/** Lets go of a call that becomes no task. */
export function dropCall({ func, message }: Call): void {
  for (const block of [func, message]) if (block !== 0) release(block);
}

/** The call of a task, with references of its own. */
export function callOf(task: number): Call {
  const { cells } = arena;
  const func = atomics.peek(cells, task + TASK.FUNC);
  const message = atomics.peek(cells, task + TASK.MESSAGE);
  for (const block of [func, message]) if (block !== 0) retain(block);
  return { func, message, slots: slotsIn(task) };
}

/** Reads the call of a task; a promise of it when modules have to be imported first. */
export function readCall(task: number): Work | Promise<Work> {
  const { cells } = arena;
  const block = atomics.peek(cells, task + TASK.FUNC);
  const message = atomics.peek(cells, task + TASK.MESSAGE);
  if (block === 0) return loadAsync(message) as Work | Promise<Work>;
  const read = (): Work => [
    functionOf(block) as Func,
    (message === 0 ? slotsIn(task).map(readItem) : load(message)) as readonly unknown[],
  ];
  const imports = importsFor(block, message);
  return imports === null ? read() : imports.then(read);
}

// A copy of arguments that a task has room for, each read once: there may be a getter among them.
// Null for more, and for what is no usual array: the message may refuse it.
function fewOf(items: readonly unknown[]): readonly unknown[] | null {
  const { length } = items;
  if (length > ARGS_MOST || types.isProxy(items)) return null;
  if (Object.getPrototypeOf(items) !== Array.prototype || hasMoreThanElements(items)) return null;
  if (length === 0) return NONE;
  return length === 1 ? [items[0]] : [items[0], items[1]];
}

// Null where one of them refers to something: the slot would need a reference.
function slotsOf(args: readonly unknown[]): readonly number[] | null {
  if (args.length === 0) return NONE;
  const slots: number[] = [];
  for (let i = 0; i < args.length; i++) {
    const item = args[i];
    const slot = typeof item === 'object' && item !== null ? undefined : knownSlot(item);
    if (slot === undefined) return null;
    slots.push(slot);
  }
  return slots;
}

function slotsIn(task: number): readonly number[] {
  const count = atomics.peek(arena.cells, task + TASK.FORM) >> ARGS_SHIFT;
  if (count === 0) return NONE;
  const slots: number[] = [];
  for (let i = 0; i < count; i++) {
    slots.push(atomics.wide.peek(arena.numbers, (task + TASK.ARGS) / 2 + i));
  }
  return slots;
}
