// Array methods whose callbacks may take steps, as generators.
import type { Steps } from './thread.ts';

type Callback = (value: unknown, other: unknown) => unknown;

/** The methods, for one thread's way to call. */
export type Each = Readonly<Record<string, (items: unknown, callback: Callback) => Steps>>;

/** Makes the methods. */
export function makeEach(
  call: (callback: Callback, value: unknown, other: unknown) => Steps,
): Each {
  function* results(items: unknown, callback: Callback): Generator<undefined, unknown[]> {
    if (!Array.isArray(items)) throw new TypeError('Cannot go through what is no array');
    const all: unknown[] = [];
    for (const [index, item] of (items as unknown[]).entries()) {
      all.push(yield* call(callback, item, index));
    }
    return all;
  }

  function* firstIndex(
    items: unknown,
    callback: Callback,
    wanted: boolean,
  ): Generator<undefined, number> {
    for (const [index, item] of (items as unknown[]).entries()) {
      if (Boolean(yield* call(callback, item, index)) === wanted) return index;
    }
    return -1;
  }

  // By insertion: it is stable, as the native one is.
  function* sort(items: unknown[], compare: Callback): Generator<undefined, unknown[]> {
    for (let from = 1; from < items.length; from++) {
      const item = items[from];
      let at = from;
      while (at > 0 && Number(yield* call(compare, items[at - 1], item)) > 0) {
        items[at] = items[at - 1];
        at--;
      }
      items[at] = item;
    }
    return items;
  }

  return {
    *sort(items, compare) {
      return yield* sort(items as unknown[], compare);
    },
    *forEach(items, callback) {
      yield* results(items, callback);
    },
    *map(items, callback) {
      return yield* results(items, callback);
    },
    *flatMap(items, callback) {
      return (yield* results(items, callback)).flat();
    },
    *filter(items, callback) {
      const kept = yield* results(items, callback);
      return (items as unknown[]).filter((_, index) => Boolean(kept[index]));
    },
    *findIndex(items, callback) {
      return yield* firstIndex(items, callback, true);
    },
    *find(items, callback) {
      const index = yield* firstIndex(items, callback, true);
      return index < 0 ? undefined : (items as unknown[])[index];
    },
    *some(items, callback) {
      return (yield* firstIndex(items, callback, true)) >= 0;
    },
    *every(items, callback) {
      return (yield* firstIndex(items, callback, false)) < 0;
    },
  };
}
