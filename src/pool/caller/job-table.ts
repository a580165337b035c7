// Jobs by their number. Each task is entered in this table and leaves it again, and a Map would
// take a tenth of the caller's time for that, most of it as it grows.
//
// A job's place is its number modulo the size, a power of two. Numbers are given one after another;
// one whose place is taken, by a job that takes long, is left out. So no two jobs want the same
// place, nor in a table that is twice as large.

const SMALLEST = 64;
/** One that has become larger than this is not kept when it is empty. */
const LARGEST_KEPT = 65_536;

/** Things by number. A number is not given again before all the others, up to 2^31, have been. */
export class JobTable<J> {
  #jobs: (J | null)[] = places<J | null>(SMALLEST, null);
  #numbers: number[] = places(SMALLEST, 0);
  #last = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Enters something, and gives its number: never 0. */
  enter(job: J): number {
    if (this.#size * 2 >= this.#jobs.length) this.#resize(this.#jobs.length * 2);
    const mask = this.#jobs.length - 1;
    let number = this.#last;
    do number = (number % LAST_NUMBER) + 1;
    while (this.#jobs[number & mask] !== null);
    this.#last = number;
    this.#jobs[number & mask] = job;
    this.#numbers[number & mask] = number;
    this.#size += 1;
    return number;
  }

  /** What has the number; undefined if nothing has it any more. */
  get(number: number): J | undefined {
    const place = number & (this.#jobs.length - 1);
    return this.#numbers[place] === number ? (this.#jobs[place] ?? undefined) : undefined;
  }

  /** Takes it out; nothing happens if it is not there. */
  delete(number: number): void {
    if (this.get(number) === undefined) return;
    const place = number & (this.#jobs.length - 1);
    this.#jobs[place] = null;
    this.#size -= 1;
    if (this.#size === 0 && this.#jobs.length > LARGEST_KEPT) this.#resize(SMALLEST);
  }

  /** All that are there, with their numbers. */
  entries(): [number: number, job: J][] {
    const found: [number, J][] = [];
    for (const [place, job] of this.#jobs.entries()) {
      if (job !== null) found.push([this.#numbers[place] as number, job]);
    }
    return found;
  }

  #resize(size: number): void {
    const [jobs, numbers] = [this.#jobs, this.#numbers];
    this.#jobs = places<J | null>(size, null);
    this.#numbers = places(size, 0);
    for (const [from, job] of jobs.entries()) {
      if (job === null) continue;
      const number = numbers[from] as number;
      this.#jobs[number & (size - 1)] = job;
      this.#numbers[number & (size - 1)] = number;
    }
  }
}

const LAST_NUMBER = 2 ** 31 - 1;

function places<T>(size: number, empty: T): T[] {
  return Array<T>(size).fill(empty);
}
