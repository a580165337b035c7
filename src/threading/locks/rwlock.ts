// RWLock: many readers or one writer. The algorithm is kernel/primitives/rwlock-word.ts.
import {
  Attachment,
  PRIM_TYPE,
  RWLOCK_CELLS,
  SharedObject,
  defineKind,
  freeReaders,
  initReaders,
  homeOf,
} from '../../kernel/index.ts';
import type { Birth } from '../../kernel/index.ts';
import { registerTransfer } from '../../wire/index.ts';
import type { AsyncOptions, NamedOptions } from '../types.ts';
import { holderOf, showBy } from './describe.ts';
import type { Guard, LockLike } from './guard.ts';
import { destroyPrimitive, primitive } from './primitive.ts';
import { ReadSide, Side, WriteSide } from './rwlock/sides.ts';

const RWLOCK: number = defineKind('RWLock', import.meta.url, {
  attach: (handle) => new RWLock(new Attachment(handle) as never),
  destroy: (handle) => {
    freeReaders(homeOf(handle), handle);
    destroyPrimitive(handle);
  },
});

/** One side of an RWLock: a lock that its readers share, or that its writer has alone. */
export interface LockSide extends LockLike {
  /** As acquire(), without blocking the thread. */
  acquireAsync(options?: AsyncOptions): Promise<boolean>;
  /** As guard(), without blocking the thread: `using _ = await lock.read.guardAsync()`. */
  guardAsync(options?: AsyncOptions): Promise<Guard>;
}

/**
 * A lock that any number of threads can hold to read, or one alone to write.
 *
 * `read` and `write` are its sides, each used as a lock. Who comes first is served first, so
 * neither readers nor writers wait for ever: a reader that comes after a writer that waits, waits
 * behind it.
 *
 * A thread that reads may read once more, and releases as often. Nothing else is reentrant: a
 * thread that reads cannot write before it has released, and one that writes can neither read nor
 * write. To wait for oneself is a DeadlockError. Only the thread that took a side may release it.
 * Two withAsync() of one thread are two holders; one within the body of another `read.withAsync()`
 * is let in at once.
 *
 * A writer that ends without releasing leaves the lock abandoned, and the next to take a side is
 * told. What a reader that ends held is given back.
 *
 * @example
 * ```ts
 * import { RWLock, Thread } from 'heddle/threading';
 * import { Value } from 'heddle/shared';
 * const lock = new RWLock();
 * const [low, high] = [new Value('i32', 3), new Value('i32', 4)];
 * const target = () => lock.read.with(() => high.value - low.value);
 * const threads = [1, 2, 3].map(() => new Thread({ target }).start());
 * lock.write.with(() => {
 *   low.value = 7;
 *   high.value = 8;
 * });
 * for (const thread of threads) if (thread.result() !== 1) throw new Error('read half of a write');
 * ```
 */
export class RWLock extends SharedObject {
  /** Shared by all who read. */
  readonly read: LockSide;
  /** For one who writes, alone. */
  readonly write: LockSide;

  /**
   * Makes a lock that nobody holds.
   *
   * @param options.name shown in errors and dumps
   */
  constructor(options: NamedOptions = {}) {
    super(birthOf(options));
    const prim = SharedObject.handleOf(this) as number;
    this.read = new ReadSide(this, prim);
    this.write = new WriteSide(this, prim);
  }
}

showBy(RWLock.prototype, (prim) => {
  const writer = holderOf(prim);
  return writer === null ? 'no writer' : `writer ${writer}`;
});

function birthOf(options: NamedOptions): Birth {
  const born = primitive(RWLOCK, PRIM_TYPE.RWLOCK, options);
  return {
    ...born,
    byteLength: RWLOCK_CELLS * 4,
    init: (handle) => {
      initReaders(homeOf(handle), handle);
      born.init(handle);
    },
  };
}

// A side travels as its lock, and which of the two it is.
registerTransfer<Side, [lock: RWLock, name: 'read' | 'write']>(Side as never, {
  reduce: (side) => [side.lock as RWLock, side.name],
  revive: ([lock, name]) => lock[name] as Side,
});
