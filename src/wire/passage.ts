// How objects that processes share cross the border of a process that has no memory in common with
// others: a number and the name of a class go, and the room that keeps account of both
// (multiprocessing/distant) makes an object of them on the other side.

/** What goes in the place of an object. */
export interface Distant {
  readonly number: number;
  readonly kind: string;
}

/** What is known there. */
export interface Passage {
  /** What stands for a block on its way; null where nothing can. */
  leave(handle: number): Distant | null;
  /** The object that stands here for what a number names. */
  arrive(number: number, kind: string): object;
}

let passage: Passage | null = null;

/** Says how, in this thread. */
export function providePassage(given: Passage): void {
  passage = given;
}

/** How; null where memory is shared, or nothing is. */
export function passageHere(): Passage | null {
  return passage;
}
