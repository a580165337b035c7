// Errors of a queue: what it does not take, or does not have.
import { Empty, Full, ShutDown } from '../errors/index.ts';
import {
  INCOMPARABLE,
  PRIM,
  SHUT,
  arena,
  atomics,
  kindName,
  queues,
  readText,
  homeOf,
} from '../kernel/index.ts';

/** Why an item was not put, as an error. */
export function notPut(queue: number, outcome: number, item: unknown): Error {
  const name = describe(queue);
  if (outcome === SHUT) return new ShutDown(`Cannot put into ${name} as it is shut down`);
  if (outcome === INCOMPARABLE) {
    return new TypeError(
      `Cannot put into ${name} as numbers and strings cannot be compared, ` +
        'and the priorities in it are the others\nUse one of them for all items',
    );
  }
  return new Full(`Cannot put into ${name} as it is full: it has ${count(queue)}`, { item });
}

/** Why there is no item, as an error. */
export function notTaken(queue: number, outcome: number): Error {
  const name = describe(queue);
  if (outcome !== SHUT) return new Empty(`Cannot get from ${name} as it is empty`);
  return new ShutDown(`Cannot get from ${name} as it is shut down and empty`);
}

/** For example `Queue "tasks"`. */
export function describe(queue: number): string {
  const name = readText(homeOf(queue), atomics.load(arena.cells, queue + PRIM.NAME));
  return name === '' ? kindName(queue) : `${kindName(queue)} ${JSON.stringify(name)}`;
}

function count(queue: number): string {
  const size = queues.sizeOf(homeOf(queue), queue);
  return size === 1 ? '1 item' : `${size} items`;
}
