// Names for cells and steps, so that a trace can be read.
import {
  HEADER,
  HEAP,
  NODE,
  NODE_CELLS,
  NODES,
  PRIM,
  SLOT,
  SLOT_CELLS,
  SLOTS,
  TID_MASK,
} from '../../../src/kernel/memory/layout.ts';
import type { Site } from '../source/rewrite.ts';
import { ACT } from './actions.ts';
import type { Thread } from './thread.ts';

/** Names what a scenario uses. */
export class Labels {
  readonly #names: [name: string, cell: number][];
  readonly #threads: readonly string[];

  constructor(names: Readonly<Record<string, number>>, threads: readonly string[]) {
    this.#names = Object.entries(names).toSorted(([, a], [, b]) => b - a);
    this.#threads = ['', 'keeper', ...threads];
  }

  /** Name of a cell. */
  cell(index: number): string {
    if (index >= SLOTS && index < NODES) {
      const slot = Math.floor((index - SLOTS) / SLOT_CELLS);
      return `slot(${this.#slot(slot)}).${fieldOf(SLOT, (index - SLOTS) % SLOT_CELLS)}`;
    }
    if (index >= NODES && index < HEAP) {
      const node = Math.floor((index - NODES) / NODE_CELLS);
      return `node(${this.#slot(node)}).${fieldOf(NODE, (index - NODES) % NODE_CELLS)}`;
    }
    if (index < SLOTS) return `header.${fieldOf(HEADER, index)}`;
    const found = this.#names.find(([, cell]) => cell <= index);
    if (found === undefined) return `heap[${index - HEAP}]`;
    const [name, cell] = found;
    return index === cell && !/^[a-z]+$/.test(name)
      ? name
      : `${name}.${fieldOf(PRIM, index - cell)}`;
  }

  /** The pending step of a thread. */
  stepOf(thread: Thread, sites: readonly Site[]): string {
    const { kind, site } = thread;
    const where = sites[site]?.where ?? 'event loop';
    const plain = ['idle', 'exists', 'pause', 'nowUs', 'death'].includes(kind);
    const arity =
      kind === 'compareExchange' || kind === 'wait' ? 2 : /load|Async/.test(kind) ? 0 : 1;
    const values = [thread.x, thread.y].slice(0, arity).map((one) => this.value(one));
    const what = plain ? kind : `${kind} ${[this.cell(thread.cell), ...values].join(' ')}`;
    return `${thread.name}: ${where}(): ${what}`;
  }

  /** What came of it. */
  result(thread: Thread, kind: number): string {
    const how = ['', ' time is up,', '', ' late,', ' no cause,', ' slice over,', ''][kind] ?? '';
    const { value } = thread;
    if (kind === ACT.STEP && value === undefined) return '';
    return `->${how} ${typeof value === 'object' ? 'a promise' : this.value(value)}`;
  }

  /** A value; a thread's id by its name. */
  value(value: unknown): string {
    if (typeof value !== 'number') return String(value);
    const tid = value & TID_MASK;
    const flags = value >>> 28 === 0 ? '' : `|${(value & ~TID_MASK) >>> 0 > 0 ? 'FLAG' : ''}`;
    const generation = tid >>> 10;
    if (generation === 0 || generation > 9) return `${value}`;
    return `${this.#slot(tid & 1023)}${generation > 1 ? `'${generation}` : ''}${flags}`;
  }

  #slot(slot: number): string {
    return this.#threads[slot] ?? String(slot);
  }
}

function fieldOf(fields: Readonly<Record<string, number>>, offset: number): string {
  return Object.entries(fields).find(([, at]) => at === offset)?.[0] ?? String(offset);
}
