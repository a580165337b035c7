// A double of kernel/atomics.ts that stops a thread at a chosen step of what it does to shared
// memory: for ever, so that it can be killed exactly there. steps-hook.ts puts it in the place of
// the real one, for the rooms above the kernel.
import * as real from '../../src/kernel/atomics.ts';

export * from '../../src/kernel/atomics.ts';

const endless = new Int32Array(new SharedArrayBuffer(4));
let left = Infinity;
let whenStopped: () => void = () => {};

/** Stops this thread for ever before one of its steps, counted from 1, and tells so first. */
export function stopBefore(count: number, tell: () => void): void {
  whenStopped = tell;
  left = count;
}

/** Goes on without stopping. */
export function stopNowhere(): void {
  left = Infinity;
}

function step(): void {
  left -= 1;
  if (left > 0) return;
  left = Infinity;
  whenStopped();
  for (;;) Atomics.wait(endless, 0, 0);
}

function stepped<A extends unknown[], R>(act: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    step();
    return act(...args);
  };
}

export const store: typeof real.store = stepped(real.store);
export const exchange: typeof real.exchange = stepped(real.exchange);
export const compareExchange: typeof real.compareExchange = stepped(real.compareExchange);
export const add: typeof real.add = stepped(real.add);
export const poke: typeof real.poke = stepped(real.poke);
export const wide: typeof real.wide = {
  ...real.wide,
  poke: stepped((view: Float64Array<SharedArrayBuffer>, index: number, value: number) =>
    real.wide.poke(view, index, value),
  ),
};
