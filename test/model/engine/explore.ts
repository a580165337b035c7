// Goes through all schedules of a scenario: by depth, each run from the beginning, and no state
// twice.
//
// With a bound on preemptions (a thread that could go on is put aside for another) it goes through
// all schedules that stay below; most bugs need one or two (Musuvathi and Qadeer, CHESS, 2007).
import { Hash } from './hash.ts';
import { ACT, Violation } from './actions.ts';
import { Run } from './run.ts';
import type { Maker } from './instance.ts';

/** How far to go. */
export interface Bounds {
  /** Most preemptions; Infinity for all schedules. */
  readonly preemptions?: number;
  /** Stops after so long, with what was seen till then. */
  readonly limitMs?: number;
  /** Look at a state again when it is met again: much slower, and needs no hash to be right. */
  readonly again?: boolean;
}

/** What was seen. */
export interface Outcome {
  readonly scenario: string;
  /** How: 'all schedules', '2 preemptions', 'random'. */
  readonly mode: string;
  readonly schedules: number;
  readonly states: number;
  readonly steps: number;
  readonly ms: number;
  /** All that there is within the bounds was seen. */
  readonly isComplete: boolean;
  readonly failure: Failure | null;
}

/** A schedule that went wrong. */
export interface Failure {
  readonly message: string;
  readonly trace: readonly string[];
  /** The actions that lead there: for {@link replay}. */
  readonly schedule: string;
}

/** Longer than any run that comes to an end. */
const MOST_STEPS = 4000;

interface Choice {
  readonly actions: readonly number[];
  at: number;
  /** Which of them preempt. */
  readonly preempts: readonly boolean[];
}

/** Explores one scenario of a model. */
export function explore(maker: Maker, name: string, bounds: Bounds = {}): Outcome {
  return new Explorer(maker, name, bounds).explore();
}

/** Runs one schedule again, and gives its trace. */
export function replay(maker: Maker, name: string, schedule: string): Failure {
  const run = new Run(maker, indexOf(maker, name));
  run.trace = [];
  let message = 'Nothing went wrong';
  const actions = schedule.split(' ').map((one) => Number.parseInt(one, 36));
  try {
    run.start();
    for (const action of actions) run.act(action);
    message = verdictOf(run) ?? message;
  } catch (error) {
    message = messageOf(error);
  }
  return { message, trace: run.trace, schedule };
}

/** What is wrong with a run in which nothing can happen any more; null when all is well. */
export function verdictOf(run: Run): string | null {
  const list: number[] = [];
  run.actions(list);
  if (list.some((action) => (action & 15) !== ACT.KILL)) return null;
  try {
    run.finish();
  } catch (error) {
    return messageOf(error);
  }
  return null;
}

export function messageOf(error: unknown): string {
  if (error instanceof Violation) return error.message;
  return error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error);
}

export function indexOf(maker: Maker, name: string): number {
  const index = maker.scenarios.findIndex((one) => one.name === name);
  if (index < 0) throw new TypeError(`Cannot find the scenario ${name}`);
  return index;
}

/** A schedule that went wrong, with its trace. */
export function failureOf(
  maker: Maker,
  name: string,
  done: readonly number[],
  message: string,
): Failure {
  const schedule = done.map((action) => action.toString(36)).join(' ');
  return { ...replay(maker, name, schedule), message };
}

class Explorer {
  readonly #maker: Maker;
  readonly #name: string;
  readonly #bounds: Bounds;
  readonly #run: Run;
  readonly #seen = new Map<number, number>();
  readonly #choices: Choice[] = [];
  readonly #list: number[] = [];
  readonly #key = new Hash();
  #schedules = 0;
  #states = 0;
  #steps = 0;

  constructor(maker: Maker, name: string, bounds: Bounds) {
    this.#maker = maker;
    this.#name = name;
    this.#bounds = bounds;
    this.#run = new Run(maker, indexOf(maker, name));
  }

  explore(): Outcome {
    const begin = performance.now();
    const { limitMs = Infinity, preemptions = Infinity } = this.#bounds;
    let failure: Failure | null = null;
    let isComplete = false;
    for (;;) {
      failure = this.#once();
      this.#schedules++;
      if (failure !== null) break;
      isComplete = !this.#goOn();
      if (isComplete || performance.now() - begin > limitMs) break;
    }
    return {
      scenario: this.#name,
      mode: preemptions === Infinity ? 'all schedules' : `${preemptions} preemptions`,
      schedules: this.#schedules,
      states: this.#states,
      steps: this.#steps,
      ms: performance.now() - begin,
      isComplete,
      failure,
    };
  }

  // One run, along the choices made so far and then the first of each.
  #once(): Failure | null {
    const done: number[] = [];
    let last = -1;
    let preempted = 0;
    try {
      this.#run.start();
      for (let depth = 0; ; depth++) {
        if (depth === this.#choices.length) {
          this.#run.actions(this.#list);
          if (this.#list.length === 0) break;
          if (!this.#open(last, preempted)) return null;
        }
        const { actions, at, preempts } = this.#choices[depth] as Choice;
        const action = actions[at] as number;
        if (preempts[at] === true) preempted++;
        if ((action & 15) !== ACT.KILL) last = action >> 4;
        done.push(action);
        this.#run.act(action);
        this.#steps++;
        if (depth > MOST_STEPS) throw new Violation('It goes on for ever');
      }
      const message = verdictOf(this.#run);
      return message === null ? null : this.#failed(done, message);
    } catch (error) {
      return this.#failed(done, messageOf(error));
    }
  }

  // A state that has not been looked at: all that can be done there.
  #open(last: number, preempted: number): boolean {
    const { preemptions = Infinity, again = false } = this.#bounds;
    if (!again) {
      const key = this.#key;
      this.#run.name(key);
      if (preemptions !== Infinity) key.mix(last);
      const name = (key.a >>> 0) * 0x20_0000 + (key.b & 0x1f_ffff);
      const before = this.#seen.get(name);
      if (before !== undefined && before <= preempted) return false;
      this.#seen.set(name, preempted);
    }
    this.#states++;
    const mine = this.#list.filter((action) => action >> 4 === last);
    const others = this.#list.filter(
      (action) =>
        action >> 4 !== last && (preempted < preemptions || !isPreemption(action, last, this.#run)),
    );
    // A kill comes last: what goes wrong without is told first.
    const actions = [...mine, ...others].toSorted(
      (a, b) => Number((a & 15) === ACT.KILL) - Number((b & 15) === ACT.KILL),
    );
    const preempts = actions.map((action) => isPreemption(action, last, this.#run));
    this.#choices.push({ actions, at: 0, preempts });
    return true;
  }

  #goOn(): boolean {
    for (;;) {
      const choice = this.#choices.at(-1);
      if (choice === undefined) return false;
      if (++choice.at < choice.actions.length) return true;
      this.#choices.pop();
    }
  }

  #failed(done: readonly number[], message: string): Failure {
    return failureOf(this.#maker, this.#name, done, message);
  }
}

// The last one could have gone on: it neither sleeps nor has ended, nor is its event loop idle.
function isPreemption(action: number, last: number, run: Run): boolean {
  if (last < 0 || action >> 4 === last || (action & 15) === ACT.KILL) return false;
  return run.canGoOn(last);
}
