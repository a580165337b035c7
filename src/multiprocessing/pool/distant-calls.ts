// The child of a distant worker: it calls one function after the other, as it is told.
import process from 'node:process';
import { abortSignal, enterTask, holdLoop, leaveItem } from '../../pool/index.ts';
import type { CurrentTask } from '../../pool/index.ts';
import type { Event } from '../shared/locks.ts';
import type { SimpleQueue } from '../shared/queues.ts';

/** A call, and what the function can know of the task that it is in; null for the initializer. */
export interface Call {
  readonly func: (...args: readonly unknown[]) => unknown;
  readonly args: readonly unknown[];
  readonly place: Pick<CurrentTask, 'id' | 'attempt'> | null;
  readonly isTimed: boolean;
}

/** What came of it, and the memory that the process takes. */
export type Answer = readonly [outcome: 'returned' | 'threw', value: unknown, bytesInUse: number];

/** What a worker's thread and its child have in common. */
export interface Line {
  /** null: no more. */
  readonly calls: SimpleQueue<Call | null>;
  readonly answers: SimpleQueue<Answer>;
  /** Set when the call under way is to be aborted. */
  readonly aborted: Event;
  /** Why: put before that is set, if it can be. */
  readonly reasons: SimpleQueue<unknown>;
}

/** The target of the child. */
export async function serveCalls(line: Line, name: string): Promise<void> {
  for (;;) {
    const call = await readCall(line);
    // What tasks have left at work does not keep it.
    if (call === null) process.exit();
    if (call === undefined) continue;
    answer(line, ...(await outcomeOf(call, line, name)));
  }
}

// The modules that it needs are imported first. One that cannot be read is answered at once. Was it
// the first process that could not, it is in the queue again, and this child would read nothing
// else.
async function readCall(line: Line): Promise<Call | null | undefined> {
  try {
    return await line.calls.getAsync();
  } catch (error) {
    const isGone = line.calls.empty();
    answer(line, 'threw', error);
    return isGone ? undefined : null;
  }
}

function answer({ answers }: Line, outcome: Answer[0], value: unknown): void {
  const bytesInUse = process.memoryUsage.rss();
  try {
    answers.put([outcome, value, bytesInUse]);
  } catch (error) {
    answers.put(['threw', error, bytesInUse]);
  }
}

async function outcomeOf(
  { func, args, place, isTimed }: Call,
  line: Line,
  worker: string,
): Promise<readonly [Answer[0], unknown]> {
  const ended = new AbortController();
  const hold = holdLoop(isTimed);
  if (place !== null) {
    enterTask(new DistantTask(place, worker, line, ended.signal), () => ended.abort());
  }
  try {
    return ['returned', await func(...args)];
  } catch (error) {
    return ['threw', error];
  } finally {
    clearInterval(hold);
    leaveItem();
  }
}

class DistantTask implements CurrentTask {
  readonly id: number;
  readonly attempt: number;
  readonly worker: string;
  readonly #line: Line;
  readonly #ended: AbortSignal;
  #signal: AbortSignal | undefined;

  constructor(
    { id, attempt }: Pick<CurrentTask, 'id' | 'attempt'>,
    worker: string,
    line: Line,
    ended: AbortSignal,
  ) {
    this.id = id;
    this.attempt = attempt;
    this.worker = worker;
    this.#line = line;
    this.#ended = ended;
  }

  get signal(): AbortSignal {
    this.#signal ??= abortSignal(
      () => !this.#ended.aborted && this.#line.aborted.isSet(),
      () => (this.#line.reasons.empty() ? undefined : this.#line.reasons.get()),
      (look) => this.#watch(look),
    );
    return this.#signal;
  }

  async #watch(look: () => void): Promise<void> {
    try {
      await this.#line.aborted.waitAsync({ signal: this.#ended });
    } catch {
      // The task has ended.
      return;
    }
    look();
  }
}
