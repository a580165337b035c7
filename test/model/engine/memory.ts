// The shared memory of a model: real cells, as the sources make views of them, with a hash of their
// contents that changes with each write.
import { mixB } from './hash.ts';
import type { WideCells } from '../../../src/kernel/atomics.ts';

/** Enough for the fixed part of the arena and a heap of some thousand cells. */
const BYTES = 4_700_000;

/** Any view of it. */
export type View = WideCells | Float64Array<SharedArrayBuffer>;

/** Cells that know which of them have been written. */
export class Memory {
  readonly shared: SharedArrayBuffer = new SharedArrayBuffer(BYTES);
  readonly cells: Int32Array<SharedArrayBuffer> = new Int32Array(this.shared);
  hashA = 0;
  hashB = 0;
  readonly #written = new Set<number>();
  readonly #kept = new Int32Array(this.cells.length);
  #keptHash: [a: number, b: number] = [0, 0];

  read(index: number): number {
    if (index <= 0 || index >= this.cells.length) {
      throw new RangeError(`Cannot use cell ${index} as the arena has ${this.cells.length}`);
    }
    return this.cells[index] as number;
  }

  write(index: number, value: number): void {
    const old = this.read(index);
    if (old === value) return;
    this.#count(index, old);
    this.cells[index] = value;
    this.#count(index, this.cells[index]);
    this.#written.add(index);
  }

  /** Writes an element of another width. */
  writeWide(view: View, at: number, value: number | bigint): void {
    const from = (view.byteOffset + at * view.BYTES_PER_ELEMENT) >> 2;
    const until = (view.byteOffset + (at + 1) * view.BYTES_PER_ELEMENT - 1) >> 2;
    for (let index = from; index <= until; index++) this.#count(index, this.read(index));
    (view as Record<number, unknown>)[at] = value;
    for (let index = from; index <= until; index++) {
      this.#count(index, this.read(index));
      this.#written.add(index);
    }
  }

  /** What the cells hold now is what they begin with from now on. */
  keep(): void {
    for (const index of this.#written) this.#kept[index] = this.cells[index] as number;
    this.#written.clear();
    this.#keptHash = [this.hashA, this.hashB];
  }

  /** All cells are as they were kept. */
  reset(): void {
    for (const index of this.#written) this.cells[index] = this.#kept[index] as number;
    this.#written.clear();
    [this.hashA, this.hashB] = this.#keptHash;
  }

  // A cell that is 0 does not count, so a hash is the same whatever the order of the writes.
  #count(index: number, value: number): void {
    if (value === 0) return;
    const a = Math.imul(Math.imul(index, 0x9e37_79b1) ^ value, 0x85eb_ca6b);
    this.hashA ^= Math.imul(a ^ (a >>> 15), 0xc2b2_ae35);
    this.hashB ^= mixB(Math.imul(index, 0x27d4_eb2f), Math.imul(value, 0x1656_67b1));
  }
}
