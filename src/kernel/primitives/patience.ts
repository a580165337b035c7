// The end of a waiter's patience as an event: its time is up, or its signal aborted.
import { nowMs } from '../deadline.ts';
import type { Patience } from '../waiting/async-wait.ts';

// The longest delay of setTimeout; a longer one is cut.
const TIMER_MS_MAX = 2 ** 31 - 1;

/**
 * Calls once, when the deadline passes or the signal is aborted; gives what calls it off. The timer
 * keeps the event loop alive, as the wait does.
 */
export function whenOver(patience: Patience, over: (aborted: boolean) => void): () => void {
  const { deadlineMs, signal } = patience;
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  };
  const onAbort = (): void => {
    stop();
    over(true);
  };
  const wait = (): void => {
    // A timer of Node's may fire up to a millisecond early.
    const leftMs = Math.ceil(deadlineMs - nowMs());
    timer = setTimeout(onTimer, Math.min(Math.max(leftMs, 1), TIMER_MS_MAX));
  };
  const onTimer = (): void => {
    if (deadlineMs > nowMs()) return wait();
    stop();
    over(false);
  };
  signal?.addEventListener('abort', onAbort);
  if (deadlineMs !== Infinity) wait();
  return stop;
}
