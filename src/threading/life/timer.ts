// Timer: a thread that waits before it begins, and may be cancelled meanwhile.
import { Attachment, SharedObject, defineKind, toMs } from '../../kernel/index.ts';
import type { Duration } from '../../kernel/index.ts';
import { Thread } from '../thread.ts';
import type { ThreadOptions } from '../thread-options.ts';
import type { Callable } from '../types.ts';
import { TIMER_CELLS, cancelTimer, initTimer } from './due.ts';
import { destroyRecord, shapes } from './record.ts';

const TIMER: number = defineKind('Timer', import.meta.url, {
  attach: (handle) => new Timer(new Attachment(handle) as never, undefined as never),
  destroy: destroyRecord,
});

/**
 * A thread that runs its target after an interval, once, unless it is cancelled before.
 *
 * As with every thread, the program waits for it: set `daemon` where it should not.
 *
 * @example
 * ```ts
 * import { Timer } from 'heddle/threading';
 * const timer = new Timer('10ms', (text: string) => text, ['done']).start();
 * if (timer.result() !== 'done') throw new Error('it did not run');
 * const never = new Timer('1h', () => {}).start();
 * never.cancel();
 * never.join();
 * ```
 */
// oxlint-disable-next-line typescript/no-explicit-any -- a timer of which nothing is known
export class Timer<A extends readonly unknown[] = readonly any[]> extends Thread<A> {
  readonly #record: number;

  /**
   * Makes a timer, which counts from its start() on. Does not block.
   *
   * @param interval how long to wait before the target runs
   * @param target what to run then
   * @param args its arguments
   * @throws {RangeError} if the interval is negative, or finite and above 2^31 s
   * @throws {TypeError} if the interval is not a duration, the target not a function, or args not
   *   an array
   */
  constructor(interval: Duration, target: Callable<A>, args?: A) {
    const given: unknown = interval;
    const attached = given instanceof Attachment;
    const intervalMs = attached ? 0 : toMs(interval, 'interval');
    super((attached ? given : { target, args }) as ThreadOptions<A>);
    this.#record = SharedObject.handleOf(this) as number;
    // Nobody else knows it yet.
    if (!attached) initTimer(this.#record, intervalMs);
  }

  /**
   * Cancels the timer: its target will not run, and its thread ends. Has no effect once the target
   * runs. May be called at any time, also before start(), and by any thread. Does not block.
   *
   * @example
   * ```ts
   * import { Timer } from 'heddle/threading';
   * const timer = new Timer(60, () => console.log('too late')).start();
   * timer.cancel();
   * timer.join();
   * ```
   */
  cancel(): void {
    cancelTimer(this.#record);
  }
}

shapes.set(Timer, { kind: TIMER, byteLength: TIMER_CELLS * 4 });
