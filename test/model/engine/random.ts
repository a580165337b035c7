// Random schedules, each from its own seed: threads have priorities, the highest goes on, and at a
// few points it falls below all others. No state is remembered, so nothing hangs on the hash of
// one.
//
// After Burckhardt et al., "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs"
// (2010). What the paper has no thread for, a kill or the end of a time, comes at random.
import { randomFrom } from '../../support/random.ts';
import { failureOf, indexOf, messageOf, verdictOf, type Outcome } from './explore.ts';
import type { Maker } from './instance.ts';
import { ACT, Violation } from './actions.ts';
import { Run } from './run.ts';

/** How far to go. */
export interface RandomBounds {
  readonly seed: number;
  readonly schedules: number;
  readonly limitMs?: number;
}

/** Points at which a priority falls, within as many steps as the longest run had. */
const FALLS = 3;
const SHORTEST = 16;
/** In every second schedule priorities fall all the time instead: at one in so many steps. */
const UNSTEADY = 5;
/** Of the actions that are no step of a thread, one in so many is taken. */
const RARE = 30;
const MOST_STEPS = 10_000;

/** Runs schedules one seed after the other. */
export function explorePct(maker: Maker, name: string, bounds: RandomBounds): Outcome {
  const begin = performance.now();
  const run = new Run(maker, indexOf(maker, name));
  const { limitMs = Infinity } = bounds;
  let schedules = 0;
  let steps = 0;
  let longest = SHORTEST;
  let failure: Outcome['failure'] = null;
  while (schedules < bounds.schedules && performance.now() - begin < limitMs) {
    const done: number[] = [];
    let message: string | null;
    try {
      const unsteady = schedules % 2 === 1;
      runOnce(run, randomFrom(bounds.seed + schedules), unsteady ? 0 : longest, done);
      message = verdictOf(run);
    } catch (error) {
      message = messageOf(error);
    }
    schedules++;
    steps += done.length;
    longest = Math.max(longest, done.length);
    if (message === null) continue;
    failure = failureOf(maker, name, done, `${message} (seed ${bounds.seed + schedules - 1})`);
    break;
  }
  const ms = performance.now() - begin;
  const mode = `random, seed ${bounds.seed}`;
  return { scenario: name, mode, schedules, states: 0, steps, ms, isComplete: false, failure };
}

function runOnce(run: Run, random: () => number, length: number, done: number[]): void {
  const list: number[] = [];
  const priorities = run.threads.map(() => 1 + random());
  const falls = Array.from({ length: FALLS }, () => Math.floor(random() * length));
  run.start();
  for (let step = 0; ; step++) {
    run.actions(list);
    if (list.length === 0) return;
    const action = choose(list, priorities, random);
    const thread = action >> 4;
    if (length === 0 ? random() * UNSTEADY < 1 : falls.includes(step)) {
      priorities[thread] = random();
    }
    // One that looks at the same cell for ever lets the others go on.
    if (step % 200 === 199) priorities[thread] = random() / 1000;
    done.push(action);
    run.act(action);
    if (step > MOST_STEPS) throw new Violation('It goes on for ever');
  }
}

function choose(
  list: readonly number[],
  priorities: readonly number[],
  random: () => number,
): number {
  const rare = list.filter((action) => isRare(action));
  const usual = list.filter((action) => !isRare(action));
  if (usual.length === 0 || (rare.length > 0 && random() * RARE < 1)) {
    return rare[Math.floor(random() * rare.length)] as number;
  }
  const priority = (action: number): number => priorities[action >> 4] as number;
  const highest = usual.reduce((a, b) => (priority(b) > priority(a) ? b : a)) >> 4;
  const own = usual.filter((action) => action >> 4 === highest);
  return own[Math.floor(random() * own.length)] as number;
}

function isRare(action: number): boolean {
  const kind = action & 15;
  return kind === ACT.KILL || kind === ACT.TIMEOUT || kind === ACT.SPURIOUS || kind === ACT.ABORT;
}
