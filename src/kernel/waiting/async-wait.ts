// Waiting without blocking: the same queues, the same steps, driven by the doorbell instead of a
// blocked thread.
import { nowMs } from '../deadline.ts';
import type { Arena } from '../memory/arena.ts';
import { load } from '../atomics.ts';
import { NODE, NODE_STATE } from '../memory/layout.ts';
import { giveNode, takeNode } from '../table/nodes.ts';
import { attend, dismiss, isReusable } from './doorbell.ts';

/** What is waited for. Outcomes are positive numbers; 0 is "not yet". */
export interface Awaited {
  /** Takes it, or queues the node; `again` when the node was woken and has to compete. */
  readonly takeOrQueue: (node: number, again: boolean) => number;
  /** Takes it if it is there; never queues. */
  readonly tryTake: () => number;
  /** It was handed to the node; 0 when it has been taken back since. */
  readonly accept: (node: number) => number;
  /** It was handed to a waiter that is gone: back with it. */
  readonly giveBack: (node: number) => void;
  /** A wake-up reached a waiter that is gone: on to the next. */
  readonly forfeit: () => void;
  /** Takes the node out of the queue; false when it was woken or granted before. */
  readonly withdraw: (node: number) => boolean;
  /** Looks after the one on whom it depends. */
  readonly afterSlice: () => void;
}

/** How long, and until whose word. */
export interface Patience {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

// The longest delay of setTimeout; a longer wait is cut.
const TIMER_MS_MAX = 2 ** 31 - 1;

/**
 * Resolves with the outcome, or with 0 when the time was up; rejects when the signal is aborted,
 * and loses nothing.
 */
export function waitAsynchronously(
  arena: Arena,
  wanted: Awaited,
  patience: Patience,
): Promise<number> {
  const { deadlineMs, signal } = patience;
  if (signal?.aborted) return Promise.reject(signal.reason);
  if (deadlineMs <= nowMs()) return Promise.resolve(wanted.tryTake());
  const node = takeNode(arena);
  const outcome = wanted.takeOrQueue(node, false);
  if (outcome !== 0) {
    giveNode(arena, node);
    return Promise.resolve(outcome);
  }
  return new Promise((resolve, reject) => {
    new Wait(arena, wanted, node, patience, resolve, reject).begin();
  });
}

class Wait {
  readonly #arena: Arena;
  readonly #wanted: Awaited;
  readonly #node: number;
  readonly #patience: Patience;
  readonly #resolve: (outcome: number) => void;
  readonly #reject: (reason: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  /**
   * Aborted, or out of time, after the node had been woken: the wake-up is still to be dealt with.
   */
  #aborted = false;
  #late = false;
  /** That has been dealt with; only the node is still on its way. */
  #settled = false;

  constructor(
    arena: Arena,
    wanted: Awaited,
    node: number,
    patience: Patience,
    resolve: (outcome: number) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#arena = arena;
    this.#wanted = wanted;
    this.#node = node;
    this.#patience = patience;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  begin(): void {
    if (this.#patience.deadlineMs !== Infinity) this.#setTimer();
    this.#patience.signal?.addEventListener('abort', this.#onAbort);
    // Last, as it may find the bell rung already, and end this very wait.
    attend(this.#arena, this.#node, {
      woken: (state) => this.#woken(state),
      afterSlice: this.#wanted.afterSlice,
    });
  }

  #woken(state: number): void {
    if (this.#settled) return this.#end();
    if (this.#aborted || this.#late) {
      this.#settle(state);
      return this.#end();
    }
    const accepted = state === NODE_STATE.HANDOFF ? this.#wanted.accept(this.#node) : 0;
    const outcome = accepted || this.#wanted.takeOrQueue(this.#node, true);
    if (outcome !== 0) this.#finish(outcome);
  }

  // Aborted, or out of time, yet woken: what has been given is dealt with at once, as this thread
  // may block before its bell is answered. The node is free only when the bell has been.
  #settleEarly(): void {
    const state = load(this.#arena.cells, this.#node + NODE.STATE);
    // Its waker is in the midst of it, and the bell will ring.
    if (state < NODE_STATE.WOKEN) return;
    this.#settled = true;
    this.#settle(state);
  }

  #settle(state: number): void {
    const granted = state === NODE_STATE.HANDOFF;
    if (this.#aborted) {
      if (granted) this.#wanted.giveBack(this.#node);
      else this.#wanted.forfeit();
      return;
    }
    const outcome = (granted ? this.#wanted.accept(this.#node) : 0) || this.#wanted.tryTake();
    if (outcome === 0) this.#wanted.forfeit();
    this.#resolve(outcome);
  }

  #setTimer(): void {
    // A timer of Node's may fire up to a millisecond early.
    const ms = Math.ceil(this.#patience.deadlineMs - nowMs());
    this.#timer = setTimeout(() => this.#onTimer(), Math.min(Math.max(ms, 1), TIMER_MS_MAX));
  }

  #onTimer(): void {
    if (this.#patience.deadlineMs > nowMs()) this.#setTimer();
    else if (this.#wanted.withdraw(this.#node)) this.#finish(0);
    else {
      this.#late = true;
      this.#stopListening();
      this.#settleEarly();
    }
  }

  readonly #onAbort = (): void => {
    this.#aborted = true;
    this.#reject(this.#patience.signal?.reason);
    if (this.#wanted.withdraw(this.#node)) return this.#end();
    this.#stopListening();
    this.#settleEarly();
  };

  #finish(outcome: number): void {
    this.#end();
    this.#resolve(outcome);
  }

  #end(): void {
    this.#stopListening();
    dismiss(this.#node);
    if (isReusable(this.#node)) giveNode(this.#arena, this.#node);
  }

  #stopListening(): void {
    clearTimeout(this.#timer);
    this.#patience.signal?.removeEventListener('abort', this.#onAbort);
  }
}
