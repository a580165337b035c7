// The rank of an item in a PriorityQueue: what decides when it leaves.
import { inspect } from 'node:util';
import { writeText } from '../kernel/index.ts';
import type { Arena, Rank } from '../kernel/index.ts';

/** The rank where there is none. */
export const NO_RANK: Rank = { number: 0, text: 0 };

/**
 * The priority of an item: of a pair its first part, else its `priority`, else itself.
 *
 * @throws {TypeError} if there is none, or it is neither a number nor a string
 */
export function priorityOf(item: unknown): number | string {
  const priority = priorityIn(item);
  if (typeof priority === 'string') return priority;
  if (typeof priority === 'number' && !Number.isNaN(priority)) return priority;
  const found = inspect(item, { depth: 0, maxStringLength: 40, breakLength: Infinity });
  throw new TypeError(
    `Cannot put ${found} into a PriorityQueue as it has no priority that is a number or a string` +
      '\nPut [priority, value], or an object with a priority',
  );
}

/** Writes a priority as a rank; who keeps it releases its text. */
export function writeRank(priority: number | string, home: Arena): Rank {
  if (typeof priority === 'number') return { number: priority, text: 0 };
  return { number: 0, text: writeText(home, priority) };
}

function priorityIn(item: unknown): unknown {
  if (Array.isArray(item)) return item.length === 2 ? item[0] : undefined;
  return typeof item === 'object' && item !== null
    ? (item as { readonly priority?: unknown }).priority
    : item;
}
