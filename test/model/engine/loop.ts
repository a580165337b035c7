// The event loop of a model thread: promises, timers, signals, and the bell of `waitAsync`.
//
// A task begins only when the loop is idle, and which one is a choice of the scheduler. Time passes
// only by such choices.
import { digest, type Hash } from './hash.ts';
import type { Acts, Steps, Thread } from './thread.ts';

type Job = () => Acts;
type Callback = (...args: unknown[]) => unknown;

interface Timer {
  readonly callback: Callback;
  readonly atMs: number;
  readonly args: readonly unknown[];
  readonly repeats: boolean;
  isReferenced: boolean;
}

/** What is called around each callback (async_hooks). */
export interface Hook {
  readonly before: Callback;
  readonly after: Callback;
}

const NOTHING: ReadonlyMap<unknown, unknown> = new Map<unknown, unknown>();

/** What the loop does next. */
export type Task = 'bell' | 'timer' | 'tick' | 'abort';

/** A promise of the model. */
export class Promised {
  readonly #loop: Loop;
  #state: 'pending' | 'fulfilled' | 'rejected' = 'pending';
  #value: unknown;
  #reactions: Job[] = [];
  /** Somebody hears when it is rejected. */
  isHeard = false;

  constructor(loop: Loop) {
    this.#loop = loop;
  }

  get isSettled(): boolean {
    return this.#state !== 'pending';
  }

  /** Why it was rejected. */
  get failure(): { reason: unknown } | null {
    return this.#state === 'rejected' ? { reason: this.#value } : null;
  }

  resolve(value: unknown): void {
    if (value instanceof Promised) {
      value.then(
        (inner: unknown) => this.#settle('fulfilled', inner),
        (reason: unknown) => this.#settle('rejected', reason),
      );
    } else this.#settle('fulfilled', value);
  }

  reject(reason: unknown): void {
    this.#settle('rejected', reason);
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it stands in for a promise
  then(onFulfilled?: Callback, onRejected?: Callback): Promised {
    this.isHeard = true;
    const next = new Promised(this.#loop);
    const { stores } = this.#loop;
    const react = (): Acts => {
      this.#loop.stores = stores;
      return this.#react(next, onFulfilled, onRejected);
    };
    if (this.#state === 'pending') this.#reactions.push(react);
    else this.#loop.later(react);
    this.#loop.thread.changed(0, undefined);
    return next;
  }

  catch(onRejected: Callback): Promised {
    return this.then(undefined, onRejected);
  }

  *#react(next: Promised, onFulfilled?: Callback, onRejected?: Callback): Acts {
    const callback = this.#state === 'fulfilled' ? onFulfilled : onRejected;
    if (callback === undefined) {
      next.#settle(this.#state, this.#value);
      return;
    }
    try {
      next.resolve(yield* this.#loop.call(callback, this.#value));
    } catch (error) {
      next.reject(error);
    }
  }

  #settle(state: 'pending' | 'fulfilled' | 'rejected', value: unknown): void {
    if (this.#state !== 'pending') return;
    this.#state = state;
    this.#value = value;
    this.#loop.thread.wrote(0, digest(value) ?? 0);
    if (state === 'rejected') this.#loop.rejected.push(this);
    for (const reaction of this.#reactions) this.#loop.later(reaction);
    this.#reactions = [];
  }
}

/** A signal that the scheduler may abort whenever the loop is idle. */
class Signal {
  aborted = false;
  reason: unknown = undefined;
  readonly listeners: Set<Callback> = new Set<Callback>();

  addEventListener(_type: string, listener: Callback): void {
    this.listeners.add(listener);
  }

  removeEventListener(_type: string, listener: Callback): void {
    this.listeners.delete(listener);
  }
}

/** The event loop of a thread. */
export class Loop {
  readonly thread: Thread;
  #jobs: Job[] = [];
  #timers: Timer[] = [];
  #signals: Signal[] = [];
  #aborts = 0;
  /** What is called around each callback from now on. */
  hook: Hook | null = null;
  /** What is known to the code that runs, and to what it starts (AsyncLocalStorage). */
  stores: ReadonlyMap<unknown, unknown> = NOTHING;
  /** The cell for which waitAsync() waits, since when in the order of waits, and what it gave. */
  bell: { readonly cell: number; readonly number: number; readonly promise: Promised } | null =
    null;
  isRung = false;
  /** Promises that were rejected of late. */
  readonly rejected: Promised[] = [];
  /** Ticks since anything else happened in the whole model. */
  ticks = 0;

  constructor(thread: Thread) {
    this.thread = thread;
  }

  reset(): void {
    this.#jobs = [];
    this.#timers = [];
    this.#signals = [];
    this.#aborts = this.thread.run.scenario.aborts ?? 0;
    this.hook = null;
    this.stores = NOTHING;
    this.bell = null;
    this.isRung = false;
    this.rejected.length = 0;
    this.ticks = 0;
  }

  later(job: Job): void {
    this.#jobs.push(job);
  }

  promised(value: unknown): Promised {
    if (value instanceof Promised) return value;
    const promise = new Promised(this);
    promise.resolve(value);
    return promise;
  }

  *call(callback: Callback, ...args: unknown[]): Steps {
    const result = callback(...args);
    return this.thread.isRun(result) ? this.thread.leave(yield* result) : result;
  }

  // Runs the loop until a promise is settled; throws if it is rejected.
  *until(promise: Promised): Acts {
    for (;;) {
      for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) {
        yield* this.#hooked(job);
      }
      if (promise.isSettled) break;
      this.#requireHeard();
      this.thread.op('idle', -1);
      yield;
      const task = this.thread.value as Task;
      // The bell is no callback: what awaits it is.
      if (task === 'bell') this.#answerBell();
      else {
        this.stores = NOTHING;
        yield* this.#hooked(() => this.#do(task));
      }
    }
    promise.isHeard = true;
    this.#requireHeard();
    if (promise.failure !== null) throw promise.failure.reason;
  }

  *#hooked(job: Job): Acts {
    const { hook } = this;
    if (hook !== null) yield* this.call(hook.before);
    yield* job();
    if (hook !== null) yield* this.call(hook.after);
  }

  #requireHeard(): void {
    for (const { isHeard, failure } of this.rejected) if (!isHeard) throw failure?.reason;
    this.rejected.length = 0;
  }

  /** What may be done when the loop is idle. */
  has(task: Task): boolean {
    switch (task) {
      case 'bell':
        return this.isRung;
      case 'timer':
        return this.thread.timeouts > 0 && this.#timers.some((one) => !one.repeats);
      case 'tick':
        return this.#timers.some((one) => one.repeats && one.isReferenced);
      default:
        return this.#aborts > 0 && this.#signals.some((one) => one.listeners.size > 0);
    }
  }

  #answerBell(): void {
    const { promise } = this.bell as { promise: Promised };
    this.bell = null;
    this.isRung = false;
    promise.resolve('ok');
  }

  *#do(task: Task): Acts {
    if (task === 'abort') {
      this.#aborts--;
      const signal = this.#signals.find((one) => one.listeners.size > 0) as Signal;
      signal.aborted = true;
      signal.reason = 'aborted';
      for (const listener of signal.listeners) yield* this.call(listener);
    } else {
      const isTick = task === 'tick';
      const timer = this.#timers.find((one) => one.repeats === isTick) as Timer;
      if (!isTick) {
        this.#timers = this.#timers.filter((one) => one !== timer);
        this.thread.timeouts--;
        this.thread.nowMs = Math.max(this.thread.nowMs, timer.atMs);
      }
      yield* this.call(timer.callback, ...timer.args);
    }
  }

  // Runs an asynchronous function to its first await, and gives its promise.
  *drive(body: Steps): Steps {
    const promise = new Promised(this);
    yield* this.#advance(body, promise, () => body.next());
    return promise;
  }

  *#advance(body: Steps, promise: Promised, go: () => IteratorResult<undefined, unknown>): Acts {
    const { thread } = this;
    const { depth } = thread;
    try {
      let result = go();
      while (result.done !== true) {
        const { awaited } = thread;
        if (awaited !== null) {
          thread.awaited = null;
          const suspended = thread.suspend();
          const goOn = (how: 'next' | 'throw') => (value: unknown) =>
            this.#takeUp(body, promise, () => {
              thread.takeUp(suspended, value);
              return (body as Generator<undefined, unknown, unknown>)[how](value);
            });
          awaited.then(goOn('next'), goOn('throw'));
          return;
        }
        yield;
        result = body.next();
      }
      thread.unwind(depth);
      promise.resolve(result.value);
    } catch (error) {
      thread.unwind(depth);
      promise.reject(error);
    }
  }

  // As a function of the sources, whose end call() awaits.
  *#takeUp(body: Steps, promise: Promised, go: () => IteratorResult<undefined, unknown>): Acts {
    this.thread.enter(-1);
    yield* this.#advance(body, promise, go);
  }

  addTimer(callback: Callback, ms: number, args: readonly unknown[], repeats: boolean): object {
    const timer: Timer = {
      callback,
      atMs: this.thread.nowMs + ms,
      args,
      repeats,
      isReferenced: true,
    };
    this.#timers.push(timer);
    this.thread.changed(0, undefined);
    const handle = {
      timer,
      ref: (): object => ((timer.isReferenced = true), handle),
      unref: (): object => ((timer.isReferenced = false), handle),
    };
    return handle;
  }

  removeTimer(handle: { readonly timer: Timer } | undefined): void {
    this.#timers = this.#timers.filter((one) => one !== handle?.timer);
    this.thread.changed(0, undefined);
  }

  addSignal(): Signal {
    const signal = new Signal();
    this.#signals.push(signal);
    return signal;
  }

  hashInto(key: Hash): void {
    key.mix(this.#aborts * 8 + Number(this.isRung) * 2 + Number(this.bell !== null));
    key.mix(this.ticks);
  }
}
