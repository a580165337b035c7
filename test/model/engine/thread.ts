// A thread of the model: what the rewritten sources call `$t`.
//
// It keeps the pending step, and a hash that stands for all that the thread knows: where it is and
// what its variables hold. The hash grows with the result of each step. It is made small again
// where that is sound: a function that has returned is forgotten but for its result, and at the
// head of a loop only the variables count. What is written to variables that outlive a function is
// kept beside (`wrote`), with the function that has the variable or, if that has ended, for good.
import { digest, Hash } from './hash.ts';
import { makeEach, type Each } from './each.ts';
import { Loop, type Promised } from './loop.ts';
import type { Run } from './run.ts';
import type { View } from './memory.ts';

/** Where a thread stands. */
export const STATE: Readonly<Record<'PENDING' | 'BLOCKED' | 'IDLE' | 'DONE' | 'DEAD', number>> = {
  PENDING: 0,
  BLOCKED: 1,
  IDLE: 2,
  DONE: 3,
  DEAD: 4,
};

/** A generator of steps. */
export type Steps = Generator<undefined, unknown, undefined>;

/** Steps that give nothing. */
export type Acts = Generator<undefined, void, undefined>;

interface Frame {
  func: number;
  a: number;
  b: number;
  baseA: number;
  baseB: number;
  side: number;
}

/** What an asynchronous function takes up again after an `await`. */
export interface Suspended {
  readonly func: number;
  readonly a: number;
  readonly b: number;
}

/** A thread of the model. */
export class Thread {
  readonly index: number;
  readonly name: string;
  readonly run: Run;
  readonly loop: Loop;
  readonly each: Each;
  killable = false;
  isKeeper = false;

  // The pending step.
  kind = '';
  site = 0;
  view: View | null = null;
  cell = 0;
  x: unknown = 0;
  y: unknown = 0;
  /** The result of the last step. */
  value: unknown;

  state: number = STATE.DONE;
  steps: Acts | null = null;
  /** Which wait in the order of all; whether it has been notified; whether its time may be up. */
  waitNumber = 0;
  woken = false;
  waitMs: number = Infinity;
  nowMs = 0;
  timeouts = 0;
  slices = 0;
  sliceHash = 0;

  readonly #hash = new Hash();
  readonly #side = new Hash();
  #baseA = 0;
  #baseB = 0;
  /** The functions under way: so many of these, which are used again. */
  readonly #frames: Frame[] = [];
  #depth = 0;
  /** What an asynchronous function waits for at this moment. */
  awaited: Promised | null = null;

  constructor(run: Run, index: number, name: string) {
    this.run = run;
    this.index = index;
    this.name = name;
    this.loop = new Loop(this);
    this.each = makeEach((callback, value, at) => this.loop.call(callback, value, at));
  }

  reset(): void {
    this.state = STATE.DONE;
    this.steps = null;
    this.woken = false;
    this.nowMs = 0;
    this.timeouts = this.run.scenario.timeouts ?? 0;
    this.slices = 0;
    this.sliceHash = 0;
    this.#hash.set(17, 31 + this.index);
    this.#side.set(1, 2);
    this.#depth = 0;
    this.#baseA = 17;
    this.#baseB = 31;
    this.awaited = null;
    this.loop.reset();
  }

  /** Begins a step; false when it has been taken at once, as nobody can tell when it was. */
  op(kind: string, site: number, view?: View, cell = 0, x: unknown = 0, y: unknown = 0): boolean {
    this.kind = kind;
    this.site = site;
    this.view = view ?? null;
    this.cell = cell;
    this.x = x;
    this.y = y;
    if (!this.run.isQuiet(this)) return true;
    this.run.perform(this, 0);
    return false;
  }

  peek(site: number, view: View, cell: number): number {
    const value = this.run.peek(this, site, view, cell);
    this.mix(site ^ value);
    return value;
  }

  widePeek(site: number, view: View, at: number): unknown {
    const value = this.run.widePeek(this, site, view, at);
    this.mix(site ^ (digest(value) ?? 0));
    return value;
  }

  /** Goes on to the next pending step, or to the end. */
  resume(): void {
    this.state = STATE.PENDING;
    if (this.steps?.next().done !== false) this.state = STATE.DONE;
    else if (this.kind === 'idle') this.state = STATE.IDLE;
  }

  mix(value: number): void {
    this.#hash.mix(value);
  }

  get depth(): number {
    return this.#depth;
  }

  /** A function begins. */
  enter(func: number): void {
    const hash = this.#hash;
    let frame = this.#frames[this.#depth++];
    if (frame === undefined) {
      frame = { func: 0, a: 0, b: 0, baseA: 0, baseB: 0, side: 0 };
      this.#frames.push(frame);
    }
    frame.func = func;
    frame.a = hash.a;
    frame.b = hash.b;
    frame.baseA = this.#baseA;
    frame.baseB = this.#baseB;
    frame.side = 0;
    hash.mix(func + 0x4444_0000);
    this.#baseA = hash.a;
    this.#baseB = hash.b;
  }

  /** A function has ended; gives its result. */
  leave<T>(value: T): T {
    const frame = this.#pop();
    const known = digest(value);
    const { a, b } = this.#hash;
    this.#hash.set(frame.a, frame.b);
    this.mix(known ?? a);
    if (known === null) this.mix(b);
    return value;
  }

  /** An error has ended all functions above this depth. */
  unwind(depth: number): void {
    while (this.#depth > depth) this.#pop();
  }

  suspend(): Suspended {
    const { a, b } = this.#hash;
    this.changed(0, undefined);
    const frame = this.#pop();
    this.#hash.set(frame.a, frame.b);
    this.mix(a);
    return { func: frame.func, a, b };
  }

  takeUp({ func, a, b }: Suspended, value: unknown): void {
    this.enter(func);
    this.mix(a);
    this.mix(b);
    this.mix(digest(value) ?? 0);
    this.#baseA = this.#hash.a;
    this.#baseB = this.#hash.b;
  }

  /** The head of a loop, with the variables that are seen there. */
  head(id: number, ...values: readonly unknown[]): void {
    this.#hash.set(this.#baseA, this.#baseB);
    this.mix(id + 0x5555_0000);
    for (const value of values) this.mix(digest(value) ?? 0);
  }

  /** A variable of a function further out was written; 0 for one that no function has. */
  wrote<T>(owner: number, value: T): T {
    const known = digest(value);
    if (known === null) return this.changed(owner, value);
    this.#keep(owner, known);
    return value;
  }

  /** Something was changed in a way that only its history tells. */
  changed<T>(owner: number, value: T): T {
    this.#keep(owner, this.#hash.a);
    this.#keep(owner, this.#hash.b);
    return value;
  }

  awaiting(value: unknown): void {
    this.awaited = this.loop.promised(value);
  }

  async(body: Steps): Steps {
    return this.loop.drive(body);
  }

  isRun(value: unknown): value is Steps {
    return (
      typeof value === 'object' &&
      value !== null &&
      (value as Record<symbol, unknown>)[Symbol.toStringTag] === 'Generator'
    );
  }

  unsupported(what: string): TypeError {
    return new TypeError(`Cannot run ${what} in the model as it takes steps where none can be`);
  }

  /** Enters what this thread knows into the name of the state. */
  hashInto(key: Hash): void {
    key.mix(this.state * 4 + Number(this.woken) * 2 + 0x6666_0000);
    if (this.state === STATE.DEAD || this.state === STATE.DONE) return;
    key.mix(this.#hash.a);
    key.mix(this.#hash.b);
    key.mix(this.#side.a);
    key.mix(this.#side.b);
    for (let i = 0; i < this.#depth; i++) {
      const { side } = this.#frames[i] as Frame;
      if (side !== 0) key.mix(side);
    }
    key.mix(this.nowMs);
    key.mix(this.timeouts);
    this.loop.hashInto(key);
  }

  #pop(): Frame {
    const frame = this.#frames[--this.#depth];
    if (frame === undefined) throw new TypeError('Cannot leave a function as none was entered');
    this.#baseA = frame.baseA;
    this.#baseB = frame.baseB;
    return frame;
  }

  #keep(owner: number, value: number): void {
    let at = owner === 0 ? -1 : this.#depth - 1;
    while (at >= 0 && this.#frames[at]?.func !== owner) at--;
    const frame = this.#frames[at];
    if (frame === undefined) this.#side.mix(value);
    else frame.side = (Math.imul(frame.side, 1_000_003) ^ value ^ 0x7777_0001) | 0;
  }
}
