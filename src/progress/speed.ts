// How fast something goes: an average in which what was lately counts most.
//
// Counts and times are averaged each by itself, and the speed is their quotient: so a stretch
// counts as much as its length, and the averages' slow start cancels out. After tqdm's EMA.

// The share of the newest stretch.
const SMOOTHING = 0.3;

/** The speed of a count that goes up. */
export class Speed {
  readonly #startMs: number;
  #count = 0;
  #atMs: number;
  #averageCount = 0;
  #averageMs = 0;

  constructor(nowMs: number) {
    this.#startMs = nowMs;
    this.#atMs = nowMs;
  }

  /** Takes a look at the count. */
  see(count: number, nowMs: number): void {
    if (nowMs <= this.#atMs) return;
    this.#averageCount += SMOOTHING * (count - this.#count - this.#averageCount);
    this.#averageMs += SMOOTHING * (nowMs - this.#atMs - this.#averageMs);
    this.#count = count;
    this.#atMs = nowMs;
  }

  /** How long it has gone on. */
  elapsedSeconds(nowMs: number): number {
    return (nowMs - this.#startMs) / 1000;
  }

  /** Lately, in counts a second; null before anything was counted. */
  now(): number | null {
    return this.#averageCount > 0 ? (this.#averageCount / this.#averageMs) * 1000 : null;
  }

  /** From the beginning on. */
  overall(count: number, nowMs: number): number | null {
    const seconds = this.elapsedSeconds(nowMs);
    return count > 0 && seconds > 0 ? count / seconds : null;
  }
}
