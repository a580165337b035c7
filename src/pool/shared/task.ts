// A task: a block that goes from its caller through the pool's queue to a worker, and with its
// outcome into the caller's mailbox.
//
// Everybody who knows a task holds a reference: the caller, who may withdraw it; the queue; the
// worker's cell; the mailbox. So whoever dies on the way, nobody looks at a block that is gone.
import {
  allocate,
  arena,
  atomics,
  defineKind,
  homeOf,
  nowMs,
  release,
  retain,
} from '../../kernel/index.ts';
import type { Arena } from '../../kernel/index.ts';
import { dropSlot, writeItem } from '../../wire/index.ts';
import { TransferError } from '../../errors/index.ts';
import { callOf, dropCall, writeCall } from './call.ts';
import type { Call } from './call.ts';
import { post } from './delivery.ts';
import { ABORT, FORM_MASK, MAY_SPLIT, OUTCOME, POOL, TASK, TASK_STATE } from './layout.ts';

/** The blocks that a task holds a reference to. */
const HELD: readonly number[] = [TASK.MESSAGE, TASK.FUNC, TASK.MAILBOX, TASK.REASON, TASK.WHOLE];

const POOL_TASK: number = defineKind('PoolTask', import.meta.url, {
  destroy: (task) => {
    for (const field of HELD) {
      const handle = taskField(task, field);
      if (handle !== 0) release(handle);
    }
    dropSlot(atomics.wide.peek(arena.numbers, (task + TASK.RESULT) / 2));
  },
});

/** What a new task is. */
export interface TaskShape {
  readonly call: Call;
  readonly mailbox: number;
  readonly job: number;
  readonly form: number;
  readonly base: number;
  readonly count: number;
  readonly id: number;
  readonly rank: number;
  readonly timeoutMs: number;
  readonly graceMs: number;
}

/** Makes a task; the call passes to it, and the caller has one reference to it. */
export function newTask(shape: TaskShape): number {
  const { cells, numbers } = arena;
  const task = allocateFor(shape);
  retain(shape.mailbox);
  atomics.wide.poke(numbers, (task + TASK.RESULT) / 2, 0);
  atomics.wide.poke(numbers, (task + TASK.RANK) / 2, shape.rank);
  atomics.wide.poke(numbers, (task + TASK.SINCE) / 2, nowMs());
  writeCall(task, shape.call, shape.form);
  atomics.poke(cells, task + TASK.MAILBOX, shape.mailbox);
  atomics.poke(cells, task + TASK.JOB, shape.job);
  atomics.poke(cells, task + TASK.FIRST, 0);
  atomics.poke(cells, task + TASK.COUNT, shape.count);
  atomics.poke(cells, task + TASK.BASE, shape.base);
  atomics.poke(cells, task + TASK.ID, shape.id);
  atomics.poke(cells, task + TASK.ATTEMPT, 0);
  atomics.poke(cells, task + TASK.OUTCOME, 0);
  atomics.poke(cells, task + TASK.TIMEOUT_MS, shape.timeoutMs);
  atomics.poke(cells, task + TASK.GRACE_MS, shape.graceMs);
  atomics.poke(cells, task + TASK.ABORTED, ABORT.NONE);
  atomics.poke(cells, task + TASK.SPENT_US, 0);
  atomics.poke(cells, task + TASK.UNCOUNTED, 0);
  atomics.poke(cells, task + TASK.REASON, 0);
  atomics.poke(cells, task + TASK.WHOLE, 0);
  atomics.store(cells, task + TASK.STATE, TASK_STATE.WAITING);
  return task;
}

function allocateFor({ mailbox, call }: TaskShape): number {
  try {
    return allocate(TASK.CELLS * 4, POOL_TASK, homeOf(mailbox));
  } catch (error) {
    dropCall(call);
    throw error;
  }
}

/** A task for some of the items of another one, with the same call. */
export function partOf(task: number, first: number, count: number): number {
  const part = newTask({
    call: callOf(task),
    mailbox: taskField(task, TASK.MAILBOX),
    job: taskField(task, TASK.JOB),
    form: formOf(task) | (taskField(task, TASK.FORM) & MAY_SPLIT),
    base: taskField(task, TASK.BASE),
    count,
    id: taskField(task, TASK.ID),
    rank: atomics.wide.peek(arena.numbers, (task + TASK.RANK) / 2),
    timeoutMs: taskField(task, TASK.TIMEOUT_MS),
    graceMs: taskField(task, TASK.GRACE_MS),
  });
  atomics.poke(arena.cells, part + TASK.FIRST, first);
  atomics.poke(arena.cells, part + TASK.ATTEMPT, taskField(task, TASK.ATTEMPT));
  const whole = wholeOf(task);
  retain(whole);
  atomics.poke(arena.cells, part + TASK.WHOLE, whole);
  return part;
}

/** The task as it was sent, which the caller knows: of a part that which it is a part of. */
export function wholeOf(task: number): number {
  return taskField(task, TASK.WHOLE) || task;
}

export function taskField(task: number, field: number): number {
  return atomics.peek(arena.cells, task + field);
}

/** FORM of a task. */
export function formOf(task: number): number {
  return taskField(task, TASK.FORM) & FORM_MASK;
}

/** Moves a task from one state to another; false when it is in a third. */
export function moveTask(task: number, from: number, to: number): boolean {
  return atomics.compareExchange(arena.cells, task + TASK.STATE, from, to) === from;
}

/**
 * Writes the outcome into a task, and gives its kind: where the value cannot be sent it is THREW,
 * with the error of that.
 */
export function writeOutcome(task: number, outcome: number, value: unknown): number {
  const home = homeOf(task);
  const [kind, slot] = encodeOutcome(home, outcome, value);
  dropSlot(atomics.wide.peek(arena.numbers, (task + TASK.RESULT) / 2));
  atomics.wide.poke(arena.numbers, (task + TASK.RESULT) / 2, slot);
  atomics.poke(arena.cells, task + TASK.OUTCOME, kind);
  return kind;
}

function encodeOutcome(home: Arena, outcome: number, value: unknown): [kind: number, slot: number] {
  try {
    return [outcome, writeItem(value, home)];
  } catch (error) {
    return [OUTCOME.THREW, writeItem(sendableError(error, home), home)];
  }
}

/** An error as it can be sent: itself, or one that says why it cannot. */
export function sendableError(error: unknown, home: Arena): unknown {
  const failure = failureToSend(error, home);
  if (failure === null) return error;
  // Not that of the failure: a getter that throws its own object would have no end.
  const [cause] = failure;
  if (cause instanceof TransferError) return cause;
  return new TransferError('Cannot send the error of a task as reading it throws another one', {
    code: 'ERR_HEDDLE_UNCLONEABLE',
    cause,
  });
}

/**
 * What sending a value throws: a TransferError, or what a getter or a reduce() of the user's does,
 * which may be anything; null where it can be sent.
 */
export function failureToSend(value: unknown, home: Arena): readonly [error: unknown] | null {
  try {
    dropSlot(writeItem(value, home));
    return null;
  } catch (error) {
    return [error];
  }
}

/** Fails a task that nobody runs, and all its items. */
export function failTask(state: number, task: number, error: unknown): void {
  if (!moveTask(task, TASK_STATE.WAITING, TASK_STATE.DONE)) return;
  writeOutcome(task, OUTCOME.THREW, error);
  atomics.add(arena.cells, state + POOL.FAILED, taskField(task, TASK.COUNT));
  post(task, true);
}
