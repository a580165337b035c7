// How a container is shown by console.log: as the plain thing that has the same items.
import { inspect } from 'node:util';
import type { InspectOptions } from 'node:util';

type Inspect = (value: unknown, options: InspectOptions) => string;

/** Containers that are being shown, so that one that contains itself comes to an end. */
const open = new Set<object>();

/** Has the containers of a class shown as what `plain` makes of one. */
export function showAs<C extends object>(prototype: C, plain: (container: C) => unknown): void {
  Object.defineProperty(prototype, inspect.custom, {
    // Without arguments for another process.
    value(
      this: C,
      depth?: number | null,
      options?: InspectOptions,
      show: Inspect = inspect,
    ): string {
      if (open.has(this)) return '[Circular]';
      open.add(this);
      try {
        return show(plain(this), depth === undefined ? {} : { ...options, depth });
      } finally {
        open.delete(this);
      }
    },
  });
}
