// Local: a bag of values of which each thread sees its own.
//
// The values are kept in the thread's own memory, so nobody else can reach them, and go when the
// thread ends. What is shared is the function that makes the first value: it travels with the
// object, by a message in its block, from the moment that the object leaves the thread that made
// it.
import {
  Attachment,
  SharedObject,
  arena,
  atomics,
  defineKind,
  referencesTo,
} from '../kernel/index.ts';
import { drop, load, store } from '../wire/index.ts';

/** Cells of the block: the message with the function, or 0. */
const INIT = 0;
const BYTES = 8;

const LOCAL: number = defineKind('Local', import.meta.url, {
  attach: (handle) => new Local(new Attachment(handle) as never),
  depart: publish,
  destroy: (handle) => {
    const message = atomics.exchange(arena.cells, handle + INIT, 0);
    if (message !== 0) drop(message);
  },
});

/** Below so many, it is not looked for those that need not be kept. */
const FEW_KEPT = 64;

/** The functions of those that were made in this thread. */
const inits = new WeakMap<object, () => unknown>();
let values = new WeakMap<object, object>();
/** Those that others refer to: they may go from here and come back, and find their value then. */
const kept = new Set<SharedObject>();
let keptAtMost = FEW_KEPT;

/** The thread ends, and its values with it. */
export function dropLocals(): void {
  values = new WeakMap();
  kept.clear();
  keptAtMost = FEW_KEPT;
}

/**
 * A value of which each thread has its own, made when the thread first asks for it, and dropped
 * when the thread ends.
 *
 * The same object in every thread that it reaches; only what `value` gives differs.
 *
 * @example
 * ```ts
 * import { Local, Thread } from 'heddle/threading';
 * const request = new Local(() => ({ user: 'nobody' }));
 * request.value.user = 'ada';
 * const other = new Thread({ target: () => request.value.user }).start();
 * if (other.result() !== 'nobody') throw new Error('seen by another thread');
 * if (request.value.user !== 'ada') throw new Error('lost');
 * ```
 */
export class Local<T extends object = Record<string, unknown>> extends SharedObject {
  readonly #handle: number;

  /**
   * Makes a local value. Does not block.
   *
   * @param init makes the first value of a thread, in that thread, when it is asked for; without
   *   it, that is an empty object. It has to be able to travel when the Local does.
   * @throws {TypeError} if `init` is not a function
   */
  constructor(init?: () => T) {
    const given: unknown = init;
    const attached = given instanceof Attachment;
    if (!attached && given !== undefined && typeof given !== 'function') {
      throw new TypeError(
        `Cannot make a Local of a value of type ${typeof given} as ` +
          'a function is wanted\nWrite new Local(() => ({ … }))',
      );
    }
    super({
      kind: LOCAL,
      byteLength: BYTES,
      given,
      init: (handle) => atomics.store(arena.cells, handle + INIT, 0),
    });
    this.#handle = SharedObject.handleOf(this) as number;
    if (!attached && init !== undefined) inits.set(this, init);
  }

  /**
   * The value of the thread that asks: the same object each time. An error that `init` throws is
   * thrown here, and the next use tries again.
   */
  get value(): T {
    let value = values.get(this);
    if (value === undefined) {
      value = this.#make();
      values.set(this, value);
    }
    if (isElsewhere(this)) keep(this);
    return value as T;
  }

  #make(): object {
    const message = atomics.load(arena.cells, this.#handle + INIT);
    const init = inits.get(this) ?? (message === 0 ? Object : (load(message) as () => unknown));
    const value: unknown = init();
    if ((typeof value === 'object' && value !== null) || typeof value === 'function') return value;
    throw new TypeError(
      `Cannot use ${value === null ? 'null' : `a value of type ${typeof value}`} as the value of ` +
        'a Local as init has to give an object',
    );
  }
}

// Puts the function into the block, where other threads find it.
function publish(local: object): void {
  const index = (SharedObject.handleOf(local) as number) + INIT;
  const init = inits.get(local);
  if (init === undefined || atomics.load(arena.cells, index) !== 0) return;
  const message = store(init, 'the init of a Local');
  // A thread that imports the same module may have been first.
  if (atomics.compareExchange(arena.cells, index, 0, message) !== 0) drop(message);
}

function keep(local: SharedObject): void {
  if (kept.size >= keptAtMost) {
    for (const each of kept) if (!isElsewhere(each)) kept.delete(each);
    keptAtMost = Math.max(FEW_KEPT, kept.size * 2);
  }
  kept.add(local);
}

// Another thread or a container refers to it.
function isElsewhere(local: SharedObject): boolean {
  return referencesTo(SharedObject.handleOf(local) as number) > 1;
}
