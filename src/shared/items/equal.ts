// Equality of items, as Python's `==` has it: by value.
//
// What is in a list is a copy of what was put in, so it cannot be found by identity. Plain data is
// equal when it looks the same; our own objects, which are not copied, only to themselves.
import { isDeepStrictEqual } from 'node:util';
import { handleOf } from '../../kernel/index.ts';

/** Whether an item that was read is equal to a value. */
export function isEqual(item: unknown, value: unknown): boolean {
  if (item === value) return true;
  if (!isDeepStrictEqual(item, value)) return false;
  // All that is private is alike to isDeepStrictEqual: two locks, two lists.
  const [ours, theirs] = [liveObjects(item), liveObjects(value)];
  return ours.length === theirs.length && ours.every((handle, index) => handle === theirs[index]);
}

// The handles of our own objects within a value, in the order in which equal values have them.
function liveObjects(
  value: unknown,
  seen: Set<unknown> = new Set(),
  found: number[] = [],
): number[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return found;
  seen.add(value);
  const handle = handleOf(value);
  if (handle !== undefined) {
    found.push(handle);
  } else if (value instanceof Map || value instanceof Set) {
    for (const parts of value.entries()) for (const part of parts) liveObjects(part, seen, found);
  } else if (!ArrayBuffer.isView(value)) {
    for (const key of Object.keys(value).toSorted()) {
      liveObjects((value as Record<string, unknown>)[key], seen, found);
    }
  }
  return found;
}
