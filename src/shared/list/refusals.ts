// Errors of a list: what is not there.
import { inspect } from 'node:util';

/** There is no item at an index. */
export function outOfRange(action: string, index: number, length: number): RangeError {
  return new RangeError(`Cannot ${action} index ${index} as the list has ${length} items`);
}

/** No item is equal to a value. */
export function absent(action: string, value: unknown): RangeError {
  const shown = inspect(value, { depth: 1, maxStringLength: 100, maxArrayLength: 10 });
  return new RangeError(`Cannot ${action} ${shown} as no item of the list is equal to it`);
}
