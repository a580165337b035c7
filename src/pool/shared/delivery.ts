// The way of a task with its outcome to its caller: a stack, and a bell that tells of it.
//
// Workers and the supervisor post, the caller's thread takes. Nothing is lost on it, whoever dies:
// see post(). Callers reckon with tasks that arrive twice, late, or in another order.
import { arena, atomics, homeOf, retain, setEvent } from '../../kernel/index.ts';
import { MAILBOX, TASK } from './layout.ts';

/**
 * Puts a task that is DONE into its caller's mailbox, which gets a reference, and tells him.
 *
 * Who finds another one there need not tell him: whoever put that does. Should he die before he
 * can, the supervisor tells of his task once more, and then always rings.
 */
export function post(task: number, rings = false): void {
  if (push(task) || rings) ring(task);
}

/** Puts it there, and tells nobody; true when it is the only one. */
export function push(task: number): boolean {
  const { cells } = arena;
  const mailbox = mailboxOf(task);
  retain(task);
  let head: number;
  do {
    head = atomics.load(cells, mailbox + MAILBOX.HEAD);
    atomics.poke(cells, task + TASK.NEXT, head);
  } while (atomics.compareExchange(cells, mailbox + MAILBOX.HEAD, head, task) !== head);
  return head === 0;
}

/** Tells the caller. */
export function ring(task: number): void {
  const mailbox = mailboxOf(task);
  setEvent(homeOf(mailbox), mailbox + MAILBOX.BELL);
}

/** Whether something is in a mailbox. */
export function hasArrived(mailbox: number): boolean {
  homeOf(mailbox);
  return atomics.load(arena.cells, mailbox + MAILBOX.HEAD) !== 0;
}

/** Takes all that is in a mailbox, with its references, the first to come first. */
export function takeArrived(mailbox: number): number[] {
  const { cells } = arena;
  if (!hasArrived(mailbox)) return [];
  const tasks: number[] = [];
  let task = atomics.exchange(cells, mailbox + MAILBOX.HEAD, 0);
  for (; task !== 0; task = atomics.peek(cells, task + TASK.NEXT)) tasks.push(task);
  return tasks.toReversed();
}

function mailboxOf(task: number): number {
  return atomics.peek(arena.cells, task + TASK.MAILBOX);
}
