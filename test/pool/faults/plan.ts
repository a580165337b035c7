// What is to go wrong in the workers of a pool, and where: at a chosen step, or at random from a
// seed. One plan is shared by all workers that a pool ever has.
import { currentThread } from '../../../src/threading/index.ts';
import { randomFrom } from '../../support/random.ts';

/** Steps of a worker with one task, in their order. */
export const STEPS = [
  /** The task has left the queue, under a claim; nobody else knows who has it. */
  'claimed',
  /** It is noted in the worker's cells. */
  'noted',
  /** It is the worker's, and the claim is not given up. */
  'taken',
  /** Its call is being read. */
  'reading',
  /** Its function has returned. */
  'ran',
  /** Its outcome is in it. */
  'stored',
  /** The outcome counts. */
  'done',
  /** It is in the caller's mailbox, and the bell has not rung. */
  'pushed',
  /** The bell has rung. */
  'told',
] as const;

export type Step = (typeof STEPS)[number];

/** What becomes of the worker that comes to a step as the n-th, all workers counted. */
export interface Chosen {
  readonly step: Step;
  readonly times: number;
  readonly how: 'dies' | 'hangs';
}

/** What goes wrong; the chances are from 0 to 1, at each step. */
export interface Plan {
  readonly seed: number;
  readonly chosen: Chosen | null;
  readonly deaths: number;
  /** Steps at which a worker may die by chance. */
  readonly deadly: readonly Step[];
  /** Stalls, and how long they are at most. */
  readonly stalls: number;
  readonly longestMs: number;
  /** Whether the supervisor gets stuck as it reads how a worker ended, whose task it has taken. */
  readonly isBurialStuck: boolean;
  /** How often workers came to each step, how many have died, and burials that got stuck. */
  readonly counts: Int32Array<SharedArrayBuffer>;
}

/** A plan, in which nothing goes wrong that it does not say. */
export function planOf(plan: Partial<Plan>): Plan {
  return {
    seed: 1,
    chosen: null,
    deaths: 0,
    deadly: STEPS,
    stalls: 0,
    longestMs: 1,
    isBurialStuck: false,
    counts: new Int32Array(new SharedArrayBuffer((STEPS.length + 2) * 4)),
    ...plan,
  };
}

/** How often workers have come to a step. */
export function visitsOf(plan: Plan, step: Step): number {
  return Atomics.load(plan.counts, STEPS.indexOf(step));
}

/** How many workers have died by the plan. */
export function deathsOf(plan: Plan): number {
  return Atomics.load(plan.counts, STEPS.length);
}

/** How many burials have got stuck by the plan. */
export function burialsOf(plan: Plan): number {
  return Atomics.load(plan.counts, STEPS.length + 1);
}

const still = new Int32Array(new SharedArrayBuffer(4));
let current: Plan | null = null;
let random: () => number = () => 1;

/** This thread works by the plan from now on. */
export function follow(plan: Plan | null, worker: string): void {
  current = plan;
  const number = Number(/\d+$/.exec(worker)?.[0] ?? 0);
  random = randomFrom((plan?.seed ?? 0) + number * 7919);
}

/** This worker has come to a step. */
export function reach(step: Step): void {
  if (current === null) return;
  const { chosen, counts, deaths, deadly, stalls, longestMs } = current;
  const times = Atomics.add(counts, STEPS.indexOf(step), 1) + 1;
  if (chosen?.step === step && chosen.times === times) {
    if (chosen.how === 'hangs') hang();
    die(counts);
  }
  if (random() < deaths && deadly.includes(step)) die(counts);
  if (random() < stalls) Atomics.wait(still, 0, 0, random() * longestMs);
}

/** The supervisor reads how a worker ended. */
export function bury({ isBurialStuck, counts }: Plan): void {
  if (!isBurialStuck) return;
  Atomics.add(counts, STEPS.length + 1, 1);
  hang();
}

// As from outside: it does not get any further, and nothing that would tell of its end is run.
function die(counts: Int32Array<SharedArrayBuffer>): never {
  Atomics.add(counts, STEPS.length, 1);
  currentThread().terminate();
  hang();
}

function hang(): never {
  for (;;) Atomics.wait(still, 0, 0);
}
