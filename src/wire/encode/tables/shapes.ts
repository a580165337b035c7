// Key lists that come back: many objects of a message often have the same keys, which are then
// written once.
//
// The first object is written as it is, since most come alone; the second makes its keys a shape,
// the rest name it.
import { shorten } from './shorten.ts';

/** A list of keys, and its number once it is a shape. */
export interface Shape {
  readonly keys: readonly string[];
  /** -1 until a second object has these keys. */
  id: number;
}

// Key lists that are looked through; a message with more kinds of objects than these is written
// without shapes.
const LOOKED_THROUGH = 8;

/** The key lists that the message has met. */
export class Shapes {
  readonly #shapes: Shape[] = [];
  #latest = 0;
  #count = 0;

  /**
   * The shape with the keys; a new one has id -1, and so has one met once. Null for the first
   * object with the keys.
   */
  meet(keys: readonly string[]): Shape | null {
    const shapes = this.#shapes;
    const latest = shapes[this.#latest];
    if (latest !== undefined && sameKeys(latest.keys, keys)) return latest;
    for (let i = 0; i < shapes.length; i++) {
      const shape = shapes[i] as Shape;
      if (!sameKeys(shape.keys, keys)) continue;
      this.#latest = i;
      return shape;
    }
    if (shapes.length < LOOKED_THROUGH) this.#latest = shapes.push({ keys, id: -1 }) - 1;
    return null;
  }

  /** Makes a key list a shape. */
  define(shape: Shape): void {
    shape.id = this.#count++;
  }

  get isEmpty(): boolean {
    return this.#shapes.length + this.#count === 0;
  }

  get count(): number {
    return this.#count;
  }

  /** Forgets everything but how many shapes there are: those after `count` were never written. */
  rewind(count: number): void {
    shorten(this.#shapes, 0);
    this.#latest = 0;
    this.#count = count;
  }
}

function sameKeys(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false;
  return true;
}
