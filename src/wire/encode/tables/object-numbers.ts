// The numbers that a message gives to objects, so that one that is met again becomes a reference.
//
// Most messages have a few objects: a search through a short list beats a Map for those.
import { shorten } from './shorten.ts';

/** What has an identity that a message keeps. */
export type Identified = object | symbol;

// bench/wire.ts: from here on a Map is faster than the search.
const LIST_LENGTH = 12;

/** Numbers 0, 1, 2 … in order of first appearance. */
export class ObjectNumbers {
  readonly #list: (Identified | null)[] = [];
  #map: Map<Identified, number> | null = null;

  get count(): number {
    return this.#list.length;
  }

  /** The number of what was met before; -1 when it was not. */
  find(value: Identified): number {
    if (this.#map !== null) return this.#map.get(value) ?? -1;
    const list = this.#list;
    for (let i = 0; i < list.length; i++) if (list[i] === value) return i;
    return -1;
  }

  /** Gives the next number, to nothing in particular when the value is null. */
  add(value: Identified | null): number {
    const number = this.#list.push(value) - 1;
    if (this.#map !== null) {
      if (value !== null) this.#map.set(value, number);
    } else if (number === LIST_LENGTH) this.#map = this.#toMap();
    return number;
  }

  /** Forgets the numbers from `count` on. */
  truncate(count: number): void {
    if (this.#map !== null) {
      for (const value of this.#list.slice(count)) if (value !== null) this.#map.delete(value);
    }
    shorten(this.#list, count);
  }

  clear(): void {
    shorten(this.#list, 0);
    this.#map = null;
  }

  #toMap(): Map<Identified, number> {
    const map = new Map<Identified, number>();
    for (const [number, value] of this.#list.entries()) if (value !== null) map.set(value, number);
    return map;
  }
}
