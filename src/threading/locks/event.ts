// Event: a flag that threads wait for. The algorithm is kernel/waiting/event-word.ts.
import {
  Attachment,
  PRIM_TYPE,
  SharedObject,
  checkpoint,
  clearEvent,
  defineKind,
  isEventSet,
  setEvent,
  toDeadline,
  toPatience,
  waitEventAsync,
  waitEventBlocking,
  arena,
  homeOf,
  isFamily,
} from '../../kernel/index.ts';
import type { Duration } from '../../kernel/index.ts';
import type { AsyncOptions, NamedOptions } from '../types.ts';
import { showBy } from './describe.ts';
import { destroyPrimitive, primitive } from './primitive.ts';

const EVENT: number = defineKind('Event', import.meta.url, {
  attach: (handle) => new Event(new Attachment(handle) as never),
  destroy: destroyPrimitive,
});

// Nobody owes a waiter the event, so there is nobody to look after.
const nothing = (): void => {};

/**
 * A flag that threads wait for until one of them sets it.
 *
 * @example
 * ```ts
 * import { Event, Thread } from 'heddle/threading';
 * const go = new Event();
 * const thread = new Thread({ target: () => go.wait() }).start();
 * go.set();
 * thread.join();
 * ```
 */
export class Event extends SharedObject {
  readonly #prim: number;

  /**
   * Makes an event that is not set.
   *
   * @param options.name shown in errors and dumps
   */
  constructor(options: NamedOptions = {}) {
    super(primitive(EVENT, PRIM_TYPE.EVENT, options));
    this.#prim = SharedObject.handleOf(this) as number;
  }

  /**
   * Tells whether the event is set; it may be otherwise a moment later. Does not block.
   *
   * @returns true between set() and clear()
   *
   * @example
   * ```ts
   * import { Event } from 'heddle/threading';
   * if (new Event().isSet()) throw new Error('set by nobody');
   * ```
   */
  isSet(): boolean {
    checkpoint();
    return isEventSet(homeOf(this.#prim), this.#prim);
  }

  /**
   * Sets the event, and wakes all who wait for it. Does not block. Setting it twice is setting it
   * once.
   *
   * @example
   * ```ts
   * import { Event } from 'heddle/threading';
   * const ready = new Event();
   * ready.set();
   * ready.wait();
   * ```
   */
  set(): void {
    checkpoint();
    setEvent(homeOf(this.#prim), this.#prim);
  }

  /**
   * Takes the flag back: from now on wait() waits again. Those who were woken stay woken. Does not
   * block.
   *
   * @example
   * ```ts
   * import { Event } from 'heddle/threading';
   * const ready = new Event();
   * ready.set();
   * ready.clear();
   * if (ready.wait(0)) throw new Error('still set');
   * ```
   */
  clear(): void {
    checkpoint();
    clearEvent(homeOf(this.#prim), this.#prim);
  }

  /**
   * Blocks until the event is set; at once when it is.
   *
   * @param timeout longest wait; 0 looks once; without it, waits for ever
   * @returns false when the time was up; true also when clear() follows set() before the waiter
   *   runs
   * @throws {RangeError} if the time-out is negative
   *
   * @example
   * ```ts
   * import { Event } from 'heddle/threading';
   * if (new Event().wait('10ms')) throw new Error('set by nobody');
   * ```
   */
  wait(timeout?: Duration): boolean {
    checkpoint();
    if (timeout === undefined && isEventSet(arena, this.#prim)) return true;
    return waitEventBlocking(
      homeOf(this.#prim),
      this.#prim,
      toDeadline(timeout, isFamily(this.#prim)),
      this.#prim,
      nothing,
    );
  }

  /**
   * Resolves when the event is set. Does not block.
   *
   * @param options.timeout longest wait
   * @param options.signal ends the wait: the promise is rejected with its reason
   * @returns false when the time was up
   *
   * @example
   * ```ts
   * import { Event } from 'heddle/threading';
   * const ready = new Event();
   * setImmediate(() => ready.set());
   * await ready.waitAsync();
   * ```
   */
  async waitAsync(options: AsyncOptions = {}): Promise<boolean> {
    const patience = toPatience(options, isFamily(this.#prim));
    const prim = this.#prim;
    const outcome = await waitEventAsync(homeOf(prim), prim, patience, nothing);
    return this.#prim === prim && outcome;
  }
}

showBy(Event.prototype, (prim) => (isEventSet(homeOf(prim), prim) ? 'set' : 'unset'));
