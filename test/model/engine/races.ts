// Finds plain accesses of two threads to one cell that nothing puts in order, one of them a write.
//
// Vector clocks, as in FastTrack (Flanagan and Freund, 2009). An atomic store hands its writer's
// clock to who loads the value; a read-modify-write takes it and hands it on.

interface Accesses {
  writer: number;
  writeAt: number;
  readonly readAt: number[];
}

/** The clocks of the threads and of the cells. */
export class Races {
  readonly #clocks: number[][];
  readonly #handed = new Map<number, number[]>();
  readonly #plain = new Map<number, Accesses>();

  constructor(threads: number) {
    this.#clocks = [];
    for (let thread = 0; thread < threads; thread++) {
      const clock = Array.from({ length: threads }, () => 0);
      clock[thread] = 1;
      this.#clocks.push(clock);
    }
  }

  /** A load of this cell has seen what was stored last. */
  acquire(thread: number, cell: number): void {
    const handed = this.#handed.get(cell);
    if (handed !== undefined) join(this.#clockOf(thread), handed);
  }

  /** A store, or the writing half of a read-modify-write that has acquired. */
  release(thread: number, cell: number): void {
    const clock = this.#clockOf(thread);
    const handed = this.#handed.get(cell);
    if (handed === undefined) this.#handed.set(cell, clock.slice());
    else for (let i = 0; i < clock.length; i++) handed[i] = clock[i] as number;
    clock[thread] = (clock[thread] as number) + 1;
  }

  /** All that one thread has done is before what the other does next. */
  follow(thread: number, other: number): void {
    join(this.#clockOf(thread), this.#clockOf(other));
    const clock = this.#clockOf(other);
    clock[other] = (clock[other] as number) + 1;
  }

  /** A plain access; the thread with which it races, or -1. */
  access(thread: number, cell: number, isWrite: boolean): number {
    const clock = this.#clockOf(thread);
    let known = this.#plain.get(cell);
    if (known === undefined) {
      known = { writer: -1, writeAt: 0, readAt: clock.map(() => 0) };
      this.#plain.set(cell, known);
    }
    const { writer } = known;
    if (writer >= 0 && writer !== thread && (clock[writer] as number) < known.writeAt) {
      return writer;
    }
    if (!isWrite) {
      known.readAt[thread] = clock[thread] as number;
      return -1;
    }
    for (const [reader, at] of known.readAt.entries()) {
      if (reader !== thread && at > (clock[reader] as number)) return reader;
    }
    known.writer = thread;
    known.writeAt = clock[thread] as number;
    known.readAt.fill(0);
    return -1;
  }

  #clockOf(thread: number): number[] {
    return this.#clocks[thread] as number[];
  }
}

function join(clock: number[], other: readonly number[]): void {
  for (let i = 0; i < clock.length; i++) {
    if ((other[i] as number) > (clock[i] as number)) clock[i] = other[i] as number;
  }
}
