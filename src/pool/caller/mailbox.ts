// Where what becomes of tasks arrives: one mailbox for each thread that calls pools, in each of the
// two arenas.
//
// A thread that blocks in get() sleeps until its bell rings, and takes in all that is there,
// whosever it is. While jobs are under way, a loop that does not block waits for the same bell.
// That wakes all who wait for it, and each takes in all there is, so nothing is lost between them.
import {
  Attachment,
  PRIM_TYPE,
  SharedObject,
  arena,
  atomics,
  checkpoint,
  clearEvent,
  defineKind,
  glance,
  initPrim,
  nowMs,
  release,
  reportUncaught,
  setEvent,
  waitEventAsync,
  waitEventBlocking,
} from '../../kernel/index.ts';
import type { Arena } from '../../kernel/index.ts';
import { JobTable } from './job-table.ts';
import { readItem } from '../../wire/index.ts';
import { hasArrived, takeArrived } from '../shared/delivery.ts';
import { MAILBOX, OUTCOME, TASK } from '../shared/layout.ts';
import { hasEnded, lookAfterSupervisor } from '../shared/orphan.ts';
import { taskField } from '../shared/task.ts';

const POOL_MAILBOX: number = defineKind('PoolMailbox', import.meta.url, {
  attach: (handle) => new MailboxBlock(new Attachment(handle) as never),
  destroy: (handle) => {
    for (const task of takeArrived(handle)) release(task);
  },
});

// The real one, should a test of the program put a double in its place.
const turn = setImmediate;

/** How long a loop turns until it sleeps; and up to when what came would have been worth it. */
const LOOK_MS = 0.1;
const QUICK_MS = 0.3;

/** What came of some items of a job. */
export interface Part {
  /** Place of the first item of the task as it was sent. */
  readonly base: number;
  /** Place of the first among all items of the job, and how many. */
  readonly place: number;
  readonly count: number;
  /** OUTCOME, and what goes with it. */
  readonly outcome: number;
  readonly value: unknown;
  readonly spentMs: number;
}

/** What waits for tasks to come back. */
export interface Job {
  /** The state of the pool that works on it. */
  readonly pool: number;
  /** Takes in a part; true when nothing more is to come. A part may come twice. */
  readonly receive: (part: Part) => boolean;
  /** Fails what has not come back: the pool has ended, and nothing more comes. */
  readonly lose: () => void;
}

class MailboxBlock extends SharedObject {
  constructor(home: Arena) {
    super({
      kind: POOL_MAILBOX,
      home,
      byteLength: MAILBOX.CELLS * 4,
      given: home,
      module: false,
      init: (handle) => {
        atomics.poke(arena.cells, handle + MAILBOX.HEAD, 0);
        initPrim(home, handle + MAILBOX.BELL, PRIM_TYPE.EVENT);
      },
    });
  }
}

/** A mailbox, as its thread has it. */
export class Mailbox {
  readonly handle: number;
  readonly #home: Arena;
  /** Keeps the block. */
  readonly #block: MailboxBlock;
  readonly #jobs = new JobTable<Job>();
  /** Tasks taken in, and not dealt with: a callback of one may take in more, and deal with all. */
  readonly #arrived: number[] = [];
  #next = 0;
  #isPumping = false;
  /** A pool that a job is waiting for has ended. */
  #isLossDue = false;

  constructor(home: Arena) {
    this.#home = home;
    this.#block = new MailboxBlock(home);
    this.handle = SharedObject.handleOf(this.#block) as number;
  }

  /** Enters a job, whose parts are told to it from now on; gives its number. */
  enter(job: Job): number {
    const number = this.#jobs.enter(job);
    if (!this.#isPumping) {
      this.#isPumping = true;
      queueMicrotask(() => void this.#pump());
    }
    return number;
  }

  /** Takes a job out: its parts are dropped from now on. */
  leave(job: number): void {
    this.#jobs.delete(job);
    this.#endPump();
  }

  /** Blocks until the test holds; false when the deadline passed. */
  wait(test: () => boolean, deadlineMs: number): boolean {
    checkpoint();
    // Who asks ready() again and again may be the one to stop the worker that it asks about.
    glance();
    const bell = this.handle + MAILBOX.BELL;
    for (;;) {
      clearEvent(this.#home, bell);
      this.collect();
      if (test()) {
        this.#endPump();
        return true;
      }
      if (!waitEventBlocking(this.#home, bell, deadlineMs, this.handle, this.#lookAfter)) {
        this.collect();
        return test();
      }
    }
  }

  /** Deals with what is there. Never blocks. */
  collect(): void {
    // First: what those pools have brought is taken in below.
    const lost = this.#isLossDue ? this.#jobsOfEnded() : [];
    this.#isLossDue = false;
    for (const task of takeArrived(this.handle)) this.#arrived.push(task);
    while (this.#next < this.#arrived.length) {
      const task = this.#arrived[this.#next++] as number;
      this.#deliver(task);
      release(task);
    }
    this.#arrived.length = 0;
    this.#next = 0;
    for (const number of lost) this.#lose(number);
  }

  // Callbacks of the user's are not called from the midst of a wait: the bell ends that.
  readonly #lookAfter = (): void => {
    const pools = new Set<number>();
    for (const [, { pool }] of this.#jobs.entries()) pools.add(pool);
    for (const pool of pools) {
      lookAfterSupervisor(pool);
      if (hasEnded(pool)) this.#isLossDue = true;
    }
    if (this.#isLossDue) setEvent(this.#home, this.handle + MAILBOX.BELL);
  };

  #jobsOfEnded(): number[] {
    const numbers: number[] = [];
    for (const [number, { pool }] of this.#jobs.entries()) {
      if (hasEnded(pool)) numbers.push(number);
    }
    return numbers;
  }

  #lose(number: number): void {
    const job = this.#jobs.get(number);
    if (job === undefined) return;
    this.#jobs.delete(number);
    try {
      job.lose();
    } catch (error) {
      reportUncaught(error);
    }
  }

  async #pump(): Promise<void> {
    const bell = this.handle + MAILBOX.BELL;
    let isQuick = true;
    while (this.#jobs.size > 0) {
      clearEvent(this.#home, bell);
      this.collect();
      if (this.#jobs.size === 0) break;
      const sinceMs = nowMs();
      if (!isQuick || !(await this.#comesSoon(sinceMs + LOOK_MS))) {
        await waitEventAsync(this.#home, bell, { deadlineMs: Infinity }, this.#lookAfter);
      }
      isQuick = nowMs() - sinceMs < QUICK_MS;
    }
    this.#isPumping = false;
  }

  // What becomes of a small task is here before a bell could wake this loop: it turns meanwhile.
  async #comesSoon(untilMs: number): Promise<boolean> {
    do {
      await new Promise(turn);
      if (hasArrived(this.handle) || this.#jobs.size === 0) return true;
    } while (nowMs() < untilMs);
    return false;
  }

  // The loop that waits for the bell would keep the program alive for nothing.
  #endPump(): void {
    if (this.#isPumping && this.#jobs.size === 0) setEvent(this.#home, this.handle + MAILBOX.BELL);
  }

  #deliver(task: number): void {
    const number = taskField(task, TASK.JOB);
    const job = this.#jobs.get(number);
    if (job === undefined) return;
    try {
      if (job.receive(partOf(task))) this.#jobs.delete(number);
    } catch (error) {
      reportUncaught(error);
    }
  }
}

/** This thread's mailbox in an arena. */
export function mailboxIn(home: Arena): Mailbox {
  let box = mailboxes.get(home);
  if (box === undefined) {
    box = new Mailbox(home);
    mailboxes.set(home, box);
  }
  return box;
}

const mailboxes = new Map<Arena, Mailbox>();

function partOf(task: number): Part {
  let outcome = taskField(task, TASK.OUTCOME);
  let value: unknown;
  try {
    value = readItem(atomics.wide.peek(arena.numbers, (task + TASK.RESULT) / 2));
  } catch (error) {
    outcome = OUTCOME.THREW;
    value = error;
  }
  return {
    base: taskField(task, TASK.BASE),
    place: taskField(task, TASK.BASE) + taskField(task, TASK.FIRST),
    count: taskField(task, TASK.COUNT),
    outcome,
    value,
    spentMs: taskField(task, TASK.SPENT_US) / 1000,
  };
}
