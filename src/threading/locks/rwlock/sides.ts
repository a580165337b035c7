// The two sides of an RWLock, as locks. What they promise is told in LockLike and LockSide.
import { DeadlockError, RuntimeError } from '../../../errors/index.ts';
import {
  PRIM,
  READ,
  WRITE,
  arena,
  atomics,
  isReadHeld,
  isWriteHeld,
  ownReader,
  readAtOnce,
  reads,
  releaseRead,
  releaseWrite,
  takeSideAsync,
  takeSideBlocking,
  toPatience,
  homeOf,
  isFamily,
} from '../../../kernel/index.ts';
import type { AsyncOptions, BlockingOptions } from '../../types.ts';
import { describe, threadName } from '../describe.ts';
import { isInFlow, runInFlow } from '../flow.ts';
import {
  beginScope,
  deadlineOf,
  enterScope,
  enterScopeAsync,
  guardOf,
  isInWord,
  tellTaken,
} from '../guard.ts';
import type { Guard } from '../guard.ts';

/**
 * Stands for all reads of this thread that have a body: what runs in one may read once more.
 */
const READ_FLOW = 0;

/** What both sides have in common. */
export abstract class Side {
  /** Whoever has a side has the lock, so that its memory is not freed. */
  readonly lock: object;
  readonly prim: number;
  abstract readonly name: 'read' | 'write';

  constructor(lock: object, prim: number) {
    this.lock = lock;
    this.prim = prim;
  }

  abstract acquire(options?: BlockingOptions): boolean;
  abstract release(): void;
  abstract locked(): boolean;
  abstract acquireAsync(options?: AsyncOptions): Promise<boolean>;
  abstract withAsync<T>(body: () => Promise<T> | T, options?: AsyncOptions): Promise<T>;
  /** Whether this thread holds the side. */
  protected abstract isHeld(): boolean;

  guard(options?: BlockingOptions): Guard {
    enterScope(
      () => this.acquire(options),
      () => this.release(),
      this.prim,
    );
    return guardOf(this.beginScope());
  }

  async guardAsync(options?: AsyncOptions): Promise<Guard> {
    await this.enterAsync(options);
    return guardOf(this.beginScope());
  }

  with<T>(body: () => T): T {
    enterScope(
      () => this.acquire(),
      () => this.release(),
      this.prim,
    );
    try {
      return body();
    } finally {
      this.release();
    }
  }

  protected enterAsync(options: AsyncOptions | undefined): Promise<void> {
    return enterScopeAsync(
      () => this.acquireAsync(options),
      () => this.release(),
      this.prim,
    );
  }

  protected beginScope(): () => void {
    return beginScope(this.prim, () => this.release(), this.isHeld());
  }

  protected acquireContended(side: number, options: BlockingOptions | undefined): boolean {
    const { prim } = this;
    const deadlineMs = deadlineOf(options, prim);
    if (deadlineMs === Infinity) refuseToWaitForItself(prim, side);
    return tellTaken(takeSideBlocking(homeOf(prim), prim, side, deadlineMs), prim);
  }

  protected notHeld(): RuntimeError {
    return new RuntimeError(
      `Cannot release ${describe(this.prim)} here as only a thread that holds its ${this.name} ` +
        'side may, which the current thread does not',
    );
  }
}

/** The side of those who read. */
export class ReadSide extends Side {
  readonly name = 'read';
  /** This thread's cells. */
  readonly reader: number;

  constructor(lock: object, prim: number) {
    super(lock, prim);
    this.reader = ownReader(homeOf(prim), prim);
  }

  acquire(options?: BlockingOptions): boolean {
    if (options === undefined && readAtOnce(homeOf(this.prim), this.prim, this.reader)) return true;
    return this.acquireContended(READ, options);
  }

  async acquireAsync(options: AsyncOptions = {}): Promise<boolean> {
    const { prim } = this;
    const patience = toPatience(options, isFamily(prim));
    const isNested = isInFlow(prim, READ_FLOW);
    return tellTaken(await takeSideAsync(homeOf(prim), prim, READ, isNested, patience), prim);
  }

  release(): void {
    if (!releaseRead(homeOf(this.prim), this.prim, this.reader)) throw this.notHeld();
  }

  locked(): boolean {
    return isReadHeld(homeOf(this.prim), this.prim);
  }

  async withAsync<T>(body: () => Promise<T> | T, options?: AsyncOptions): Promise<T> {
    await this.enterAsync(options);
    const leave = this.beginScope();
    try {
      return await runInFlow(this.prim, READ_FLOW, body);
    } finally {
      leave();
    }
  }

  protected isHeld(): boolean {
    return reads(homeOf(this.prim), this.reader);
  }
}

/** The side of the one who writes. */
export class WriteSide extends Side {
  readonly name = 'write';

  acquire(options?: BlockingOptions): boolean {
    const { cells, tid } = homeOf(this.prim);
    if (
      options === undefined &&
      atomics.compareExchange(cells, this.prim + PRIM.WORD, 0, tid) === 0
    ) {
      return true;
    }
    return this.acquireContended(WRITE, options);
  }

  async acquireAsync(options: AsyncOptions = {}): Promise<boolean> {
    const { prim } = this;
    const patience = toPatience(options, isFamily(prim));
    return tellTaken(await takeSideAsync(homeOf(prim), prim, WRITE, false, patience), prim);
  }

  release(): void {
    const home = homeOf(this.prim);
    const { cells, tid } = home;
    if (
      atomics.compareExchange(cells, this.prim + PRIM.WORD, tid, 0) !== tid &&
      !releaseWrite(home, this.prim)
    ) {
      throw this.notHeld();
    }
  }

  locked(): boolean {
    return isWriteHeld(homeOf(this.prim), this.prim);
  }

  async withAsync<T>(body: () => Promise<T> | T, options?: AsyncOptions): Promise<T> {
    await this.enterAsync(options);
    const leave = this.beginScope();
    try {
      return await body();
    } finally {
      leave();
    }
  }

  protected isHeld(): boolean {
    return isInWord(this.prim);
  }
}

function refuseToWaitForItself(prim: number, side: number): void {
  const isWriting = isInWord(prim);
  const isUpgrading = side === WRITE && reads(homeOf(prim), ownReader(homeOf(prim), prim));
  if (!isWriting && !isUpgrading) return;
  const lock = describe(prim, false);
  throw new DeadlockError(
    `Cannot wait for the ${side === READ ? 'read' : 'write'} side of ${lock} as this very thread ` +
      `${isWriting ? 'writes' : 'reads'}, and would wait for itself\n` +
      'Release that first, or give a timeout',
    { cycle: [threadName(arena.tid), lock] },
  );
}
