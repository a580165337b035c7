// Arguments of queues, and what is wrong with them.
import { inspect } from 'node:util';
import { isFamily, mayBlock, toDeadline, toPatience } from '../kernel/index.ts';
import type { Patience } from '../kernel/index.ts';
import type { AsyncOptions, BlockingOptions } from '../threading/index.ts';

// What fits the cell of a queue.
const MOST_ITEMS = 2 ** 31 - 1;

/** The bound of a queue as its cell has it: 0 or less for none. */
export function boundOf(maxsize: number): number {
  if (typeof maxsize !== 'number') {
    throw new TypeError(
      `Cannot bound a queue by ${inspect(maxsize, { depth: 0 })} as a number of items is wanted`,
    );
  }
  if (maxsize === Infinity) return 0;
  if (!Number.isInteger(maxsize) || Math.abs(maxsize) > MOST_ITEMS) {
    throw new RangeError(
      `Cannot bound a queue by ${maxsize} as the bound is a whole number below 2^31\n` +
        'Leave it out for a queue without a bound',
    );
  }
  return maxsize;
}

/** The moment until which a call waits; 0 to try once. */
export function deadlineOf(options: BlockingOptions | undefined, queue: number): number {
  if (options === undefined) return Infinity;
  requireOptions(options);
  const { blocking, timeout } = options;
  // As in Python, where a time-out means nothing then.
  return mayBlock(blocking) ? toDeadline(timeout, isFamily(queue)) : 0;
}

/** How long an asynchronous call waits, and until whose word. */
export function patienceOf(options: AsyncOptions | undefined, queue: number): Patience {
  if (options === undefined) return { deadlineMs: Infinity };
  requireOptions(options);
  return toPatience(options, isFamily(queue));
}

function requireOptions(options: unknown): void {
  if (typeof options === 'object' && options !== null) return;
  throw new TypeError(
    `Cannot use a queue with ${inspect(options)} as an object of options is wanted\n` +
      "Write { blocking: false } or { timeout: '250ms' }",
  );
}
