// One run of a scenario: its threads take steps, in an order that is chosen from outside.
//
// Memory is sequentially consistent, as that of Atomics is. Beside which thread goes on, these are
// choices: whether the time of a wait is up, whether a wait ends without cause, whether a waiter
// starves, whether a signal is aborted, and which thread is killed at this very step.
import { ACT, Violation } from './actions.ts';
import { digest, type Hash } from './hash.ts';
import type { Instance, Maker } from './instance.ts';
import { Memory, type View } from './memory.ts';
import { perform } from './operations.ts';
import { Races } from './races.ts';
import type { Scenario } from './scenario.ts';
import { STATE, Thread } from './thread.ts';
import { Labels } from './labels.ts';
import { NODES, SLOT, SLOTS, SLOT_CELLS } from '../../../src/kernel/memory/layout.ts';

// Slices and ticks that nothing follows, after which a thread has slept for ever.
const MOST_SLICES = 4;
/** Waits as long as these are slices of longer ones. */
const SLICES_MS = [50, 250];

/** One run after another of one scenario. */
export class Run {
  readonly scenario: Scenario;
  readonly memory: Memory = new Memory();
  readonly threads: readonly Thread[];
  readonly labels: Labels;
  races: Races;
  kills = 0;
  spurious = 0;
  anyDead = false;
  waitNumber = 0;
  /** Waits for nobody, in one look at the arena. */
  lonelyWaits = 0;
  /** Lines of the trace, when one is kept. */
  trace: string[] | null = null;
  /** Filling the arena, or looking at it in the end: nothing else goes on. */
  isAlone = false;
  #isReady = false;
  readonly #instances: readonly Instance[];
  readonly #sites: Maker['sites'];

  constructor(maker: Maker, scenarioIndex: number) {
    this.#sites = maker.sites;
    this.scenario = maker.scenarios[scenarioIndex] as Scenario;
    this.labels = new Labels(this.scenario.names, Object.keys(this.scenario.threads));
    const names = ['keeper', ...Object.keys(this.scenario.threads)];
    this.threads = names.map((name, index) => new Thread(this, index, name));
    this.races = new Races(names.length);
    const [keeper] = this.threads as [Thread];
    keeper.isKeeper = true;
    this.#instances = this.threads.map((thread) => maker.make(thread, scenarioIndex));
  }

  /** Begins anew. */
  start(): void {
    this.memory.reset();
    this.kills = this.scenario.kills ?? 0;
    this.spurious = this.scenario.spurious ?? 0;
    this.anyDead = false;
    this.waitNumber = 0;
    for (const thread of this.threads) thread.reset();
    if (this.#isReady) for (const instance of this.#instances) instance.restore();
    else this.#setUp();
    // What has been done so far is before all threads.
    this.races = new Races(this.threads.length);
    for (const thread of this.threads) {
      thread.killable = this.#mayDie(thread);
      thread.steps = this.#instances[thread.index]?.body() ?? null;
      thread.resume();
    }
  }

  // Once: the same for every run.
  #setUp(): void {
    this.isAlone = true;
    const [keeper] = this.#instances as [Instance];
    for (const instance of this.#instances) {
      instance.start(instance === keeper ? null : keeper.claimSlot());
    }
    keeper.setUp();
    for (const instance of this.#instances) instance.save();
    this.memory.keep();
    for (const thread of this.threads) thread.reset();
    this.isAlone = false;
    this.#isReady = true;
  }

  /** Looks at the arena when nothing can happen any more; throws when something is wrong. */
  finish(): void {
    this.lonelyWaits = 0;
    this.isAlone = true;
    try {
      const asleep = this.#asleep();
      const [keeper] = this.#instances;
      if (asleep !== '' && keeper?.maySleep() !== true) throw new Violation(asleep);
      keeper?.check();
    } finally {
      this.isAlone = false;
    }
  }

  #mayDie({ isKeeper, name }: Thread): boolean {
    const { kills = 0, mayDie } = this.scenario;
    return !isKeeper && kills > 0 && (mayDie === undefined || mayDie.includes(name));
  }

  /** Enters all that may be done next into the list. */
  actions(list: number[]): void {
    list.length = 0;
    const lone = this.threads.find((one) => one.state === STATE.PENDING && isLone(one.kind));
    if (lone !== undefined) return this.#actionsOf(lone, list);
    for (const thread of this.threads) this.#actionsOf(thread, list);
    // Time passes when nobody can go on.
    if (list.every((action) => (action & 15) === ACT.KILL)) this.#slices(list);
  }

  #actionsOf(thread: Thread, list: number[]): void {
    const first = thread.index << 4;
    switch (thread.state) {
      case STATE.PENDING:
        if (thread.kind === 'death' && this.#deadCount() <= thread.cell) return;
        list.push(first | ACT.STEP);
        if (thread.kind === 'nowUs') list.push(first | ACT.LATE);
        break;
      case STATE.BLOCKED:
        if (thread.woken) list.push(first | ACT.STEP);
        else {
          if (thread.timeouts > 0 && isTimed(thread)) list.push(first | ACT.TIMEOUT);
          if (this.spurious > 0) list.push(first | ACT.SPURIOUS);
        }
        break;
      case STATE.IDLE:
        if (thread.loop.has('bell')) list.push(first | ACT.STEP);
        if (thread.loop.has('timer')) list.push(first | ACT.TIMEOUT);
        if (thread.loop.has('abort')) list.push(first | ACT.ABORT);
        break;
      default:
        return;
    }
    if (thread.killable && this.kills > 0) list.push(first | ACT.KILL);
  }

  /** Whether a thread is in the midst of something. */
  canGoOn(index: number): boolean {
    const thread = this.threads[index] as Thread;
    return thread.state === STATE.PENDING && thread.kind !== 'death';
  }

  #deadCount(): number {
    return this.threads.filter((one) => one.state === STATE.DEAD).length;
  }

  #slices(list: number[]): void {
    const { ends = false, slices = false } = this.scenario;
    if (!this.anyDead && !ends && !slices) return;
    for (const thread of this.threads) {
      const first = thread.index << 4;
      if (thread.slices >= MOST_SLICES && thread.sliceHash === this.memory.hashA) continue;
      if (thread.state === STATE.BLOCKED && (isSlice(thread) || (slices && isTimed(thread)))) {
        list.push(first | ACT.SLICE);
      } else if (thread.state === STATE.IDLE && thread.loop.has('tick')) {
        list.push(first | ACT.SLICE);
      }
    }
  }

  /** Does one of the actions. */
  act(action: number): void {
    const thread = this.threads[action >> 4] as Thread;
    const kind = action & 15;
    if (kind === ACT.KILL) return this.#kill(thread);
    if (kind === ACT.SLICE) {
      // It counts while nothing changes.
      const { hashA } = this.memory;
      thread.slices = thread.sliceHash === hashA ? thread.slices + 1 : 1;
      thread.sliceHash = hashA;
    }
    if (this.perform(thread, kind)) thread.resume();
  }

  /** Takes the pending step of a thread; false when it sleeps now. */
  perform(thread: Thread, kind: number): boolean {
    const before = this.trace === null ? '' : this.labels.stepOf(thread, this.#sites);
    const goesOn = perform(this, thread, kind);
    if (goesOn) {
      const { site, value } = thread;
      thread.mix(site ^ (digest(value) ?? 0x1234));
    }
    if (this.trace !== null && !this.isAlone) {
      this.trace.push(`${before} ${goesOn ? this.labels.result(thread, kind) : 'sleeps'}`);
    }
    return goesOn;
  }

  #kill(thread: Thread): void {
    thread.state = STATE.DEAD;
    this.kills--;
    this.anyDead = true;
    this.trace?.push(`${thread.name}: killed before ${this.labels.stepOf(thread, this.#sites)}`);
    thread.steps = null;
  }

  /** A step of which nobody can tell when it is taken, or that has no choice. */
  isQuiet(thread: Thread): boolean {
    if (this.isAlone) return true;
    switch (thread.kind) {
      case 'poke':
      case 'wide.poke':
        return !(thread.killable && this.kills > 0);
      case 'nowUs':
        return !this.#isChosen(this.whereOf(thread));
      case 'pause':
        return true;
      case 'exists':
        return !this.#isMortal;
      case 'load':
        return !this.#isMortal && this.scenario.ends !== true && isIdentity(thread.cell);
      case 'store':
        return this.scenario.looks !== true && isShown(thread.cell);
      default:
        return false;
    }
  }

  // What the clock says is a choice: who has waited for long, who began to wait first.
  #isChosen(where: string): boolean {
    const { starving, clocks } = this.scenario;
    return (starving === true && /starv/i.test(where)) || (clocks === true && /stamp/.test(where));
  }

  get #isMortal(): boolean {
    return this.kills > 0 || this.anyDead;
  }

  whereOf(thread: Thread): string {
    return this.#sites[thread.site]?.where ?? '';
  }

  peek(thread: Thread, site: number, view: View, cell: number): number {
    this.requireCells(view);
    this.#order(thread, cell, false, site);
    return this.memory.read(cell);
  }

  widePeek(thread: Thread, site: number, view: View, at: number): unknown {
    this.#order(thread, (view.byteOffset + at * view.BYTES_PER_ELEMENT) >> 2, false, site);
    return view[at];
  }

  /** A plain store: finds races, too. */
  poke(thread: Thread, cell: number): void {
    this.#order(thread, cell, true, thread.site);
  }

  requireCells(view: View | null): void {
    if (view instanceof Int32Array && view.byteOffset === 0) return;
    throw new TypeError('Cannot take a step in memory that is not the cells of the arena');
  }

  #order(thread: Thread, cell: number, isWrite: boolean, site: number): void {
    if (this.isAlone) return;
    const other = this.races.access(thread.index, cell, isWrite);
    if (other < 0) return;
    const where = this.#sites[site]?.where ?? '';
    throw new Violation(
      `A race for ${this.labels.cell(cell)}: ${thread.name} in ${where}, and ` +
        (this.threads[other]?.name ?? ''),
    );
  }

  /** What the state of everything is called. */
  name(key: Hash): void {
    key.set(this.memory.hashA, this.memory.hashB);
    for (const thread of this.threads) {
      thread.hashInto(key);
      if (thread.state === STATE.BLOCKED) key.mix(this.#rank(thread.cell, thread.waitNumber));
      const { bell } = thread.loop;
      if (bell !== null) key.mix(this.#rank(bell.cell, bell.number) + 0x100);
      key.mix(thread.slices);
    }
    key.mix(this.kills * 8 + this.spurious);
  }

  // How many wait for a cell before one.
  #rank(cell: number, number: number): number {
    let rank = 0;
    for (const one of this.threads) {
      if (one.state === STATE.BLOCKED && !one.woken && one.cell === cell) {
        if (one.waitNumber < number) rank++;
      }
      const { bell } = one.loop;
      if (bell !== null && bell.cell === cell && bell.number < number) rank++;
    }
    return rank;
  }

  // Who sleeps though nothing can happen any more; '' when all have ended.
  #asleep(): string {
    const left = this.threads.filter(
      (one) => !one.isKeeper && one.state !== STATE.DONE && one.state !== STATE.DEAD,
    );
    return left
      .map((one) => {
        const where = one.state === STATE.IDLE ? 'its event loop' : this.labels.cell(one.cell);
        return `${one.name} sleeps on ${where}`;
      })
      .join(', ');
  }
}

// Nobody can tell when it is taken, yet there is a choice.
function isLone(kind: string): boolean {
  return kind === 'poke' || kind === 'wide.poke' || kind === 'nowUs';
}

function isTimed(thread: Thread): boolean {
  return thread.waitMs < Infinity && !isSlice(thread);
}

function isSlice({ waitMs }: Thread): boolean {
  return SLICES_MS.includes(waitMs);
}

// What identifies a thread, and does not change while all live.
function isIdentity(cell: number): boolean {
  if (cell < SLOTS || cell >= NODES) return false;
  const field = (cell - SLOTS) % SLOT_CELLS;
  return field === SLOT.TID || field === SLOT.STATE;
}

// What a thread shows of itself to those who look on, and no algorithm reads.
function isShown(cell: number): boolean {
  if (cell < SLOTS || cell >= NODES) return false;
  const field = (cell - SLOTS) % SLOT_CELLS;
  return field === SLOT.WAITING || field === SLOT.BLOCK;
}
