// Types alone: the functions here are compiled (npm run types), and never called.
import { test } from 'node:test';
import { expectTypeOf } from 'expect-type';
import { Barrier, Thread } from 'heddle/threading';
import type {
  Duration,
  Event,
  Guard,
  Lock,
  LockLike,
  RLock,
  RWLock,
  State,
} from 'heddle/threading';

const add = (a: number, b: number): number => a + b;
function nothing(): void {}
function use(_thread: unknown): void {}

export function argsOfAThread(): void {
  use(new Thread({ target: nothing }));
  use(new Thread({ target: nothing, args: [] }));
  use(new Thread({ target: add, args: [1, 2] }));
  use(new Thread({ target: (first?: number) => first }));
  use(new Thread({ target: (...all: string[]) => all.length, args: ['a', 'b'] }));
  // @ts-expect-error: the target has parameters
  use(new Thread({ target: add }));
  // @ts-expect-error: one is missing
  use(new Thread({ target: add, args: [1] }));
  // @ts-expect-error: one is of another type
  use(new Thread({ target: add, args: [1, 'two'] }));
  // @ts-expect-error: one is too many
  use(new Thread({ target: add, args: [1, 2, 3] }));
  // @ts-expect-error: there is no target
  use(new Thread({}));
  // @ts-expect-error: no option of that name
  use(new Thread({ target: nothing, deamon: true }));
}

export function resultOfAThread(): void {
  expectTypeOf(new Thread({ target: add, args: [1, 2] }).result()).toEqualTypeOf<number>();
  const promised = new Thread({ target: async (word: string) => word.length, args: ['a'] });
  expectTypeOf(promised.result('5s')).toEqualTypeOf<number>();
  expectTypeOf(promised.resultAsync()).toEqualTypeOf<Promise<number>>();
  expectTypeOf(promised.start()).toEqualTypeOf(promised);
  expectTypeOf(promised.state).toEqualTypeOf<State>();
  expectTypeOf(promised.signal).toEqualTypeOf<AbortSignal>();
}

export function durations(): void {
  expectTypeOf<'250ms' | '5s' | '1.5m' | '2h' | 3>().toExtend<Duration>();
  expectTypeOf<'5'>().not.toExtend<Duration>();
  expectTypeOf<'5d'>().not.toExtend<Duration>();
  expectTypeOf<'soon'>().not.toExtend<Duration>();
}

export function locks(lock: Lock, rlock: RLock, event: Event): void {
  expectTypeOf(lock).toExtend<LockLike>();
  expectTypeOf(rlock).toExtend<LockLike>();
  expectTypeOf(lock.guard()).toExtend<Disposable>();
  expectTypeOf(rlock.guardAsync()).toEqualTypeOf<Promise<Guard>>();
  expectTypeOf(lock.with(() => 7)).toEqualTypeOf<number>();
  expectTypeOf(lock.withAsync(async () => 'a')).toEqualTypeOf<Promise<string>>();
  expectTypeOf(rlock.withAsync(() => 'a')).toEqualTypeOf<Promise<string>>();
  expectTypeOf(event.waitAsync()).toEqualTypeOf<Promise<boolean>>();
  // @ts-expect-error: a lock is taken with options
  lock.acquire(false);
}

export function sides(lock: RWLock, barrier: Barrier): void {
  expectTypeOf(lock.read).toExtend<LockLike>();
  expectTypeOf(lock.write.acquireAsync()).toEqualTypeOf<Promise<boolean>>();
  expectTypeOf(lock.read.withAsync(async () => 'a')).toEqualTypeOf<Promise<string>>();
  expectTypeOf(barrier.wait('5s')).toEqualTypeOf<number>();
  expectTypeOf(barrier.waitAsync({ timeout: 1 })).toEqualTypeOf<Promise<number>>();
  // @ts-expect-error: a barrier cannot be had without its number of parties
  use(new Barrier());
  // @ts-expect-error: the action is called with nothing
  use(new Barrier(2, { action: (first: number) => use(first) }));
}

test('types are as they are written here, as npm run types says', () => {});
