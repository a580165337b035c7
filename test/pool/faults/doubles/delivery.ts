// A double of shared/delivery.ts: a way on which a worker may die before the bell rings, and on
// which tasks arrive late, twice, and in another order.
import { homeOf, retain, setEvent } from '../../../../src/kernel/index.ts';
import * as real from '../../../../src/pool/shared/delivery.ts';
import { MAILBOX } from '../../../../src/pool/shared/layout.ts';
import { randomFrom } from '../../../support/random.ts';
import { reach } from '../plan.ts';

export * from '../../../../src/pool/shared/delivery.ts';

export function post(task: number): void {
  const isFirst = real.push(task);
  reach('pushed');
  if (isFirst) real.ring(task);
  reach('told');
}

/** What becomes of tasks that come to this thread; chances from 0 to 1. */
export interface Arrivals {
  readonly seed: number;
  readonly isShuffled: boolean;
  /** That one is handed over when the next ones are, or later. */
  readonly late: number;
  /** That one is handed over again, with the next ones or later. */
  readonly twice: number;
}

const held = new Map<number, number[]>();
let arrivals: Arrivals | null = null;
let random: () => number = () => 1;

/** Says what becomes of tasks from now on; null: nothing unusual. */
export function expectArrivals(expected: Arrivals | null): void {
  arrivals = expected;
  random = randomFrom(expected?.seed ?? 0);
}

export function takeArrived(mailbox: number): number[] {
  const tasks = [...(held.get(mailbox) ?? []), ...real.takeArrived(mailbox)];
  held.delete(mailbox);
  if (arrivals === null || tasks.length === 0) return tasks;
  const { isShuffled, late, twice } = arrivals;
  const [now, later]: [number[], number[]] = [[], []];
  for (const task of isShuffled ? shuffled(tasks) : tasks) {
    if (random() < late) {
      later.push(task);
      continue;
    }
    now.push(task);
    if (random() >= twice) continue;
    retain(task);
    later.push(task);
  }
  if (later.length === 0) return now;
  held.set(mailbox, later);
  setEvent(homeOf(mailbox), mailbox + MAILBOX.BELL);
  return now;
}

function shuffled(tasks: readonly number[]): number[] {
  const left = [...tasks];
  return tasks.map(() => left.splice(Math.floor(random() * left.length), 1)[0] as number);
}
