// Processes work with everything that they share, and are killed one after another. Arguments: the
// seed, and how many kills at least. Prints what was counted.
//
// What is left is compared with what a first, short chaos left: kinds are written down once, and
// the spare child stays.
import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { AbandonedLockError, Event, Process, activeChildren } from 'heddle/multiprocessing';
import { HEADER, SLOT, SLOT_STATE, atomics, family } from '../../../src/kernel/index.ts';
import { usageIn } from '../../../src/kernel/memory/heap.ts';
import { ENDED, ENDED_COUNT, SLOT_COUNT } from '../../../src/kernel/memory/layout.ts';
import { isRunning } from '../../support/processes.ts';
import { randomFrom } from '../../support/random.ts';
import { COUNT, DOING, LOCKS, PERMITS, PUT, newItem, newStage, numberOf } from './stage.ts';
import { delegate, work } from './works.ts';

const [seed = 1, leastKills = 10] = process.argv.slice(2).map(Number);
const random = randomFrom(seed);

/** At each place one process works; in the last ones, it is the child of a child. */
const PLACES = 5;
const NESTED_FROM = 4;
const REPORT_MS = 1000;
const STALL_MS = 60_000;
const SPARE_SLOTS = 1;

type Left = Readonly<Record<'children' | 'slots' | 'blocks' | 'files', number>>;

const stage = newStage(PLACES);
const { counts, doing, pids, progress } = stage;
const children = new Map<number, Process>();
const problems: string[] = [];
let [kills, takers, owners, late, slowestMs, starts] = [0, 0, 0, 0, 0, 0];

// The thread that rings for asynchronous waits comes with the first of them, and stays.
await new Event().waitAsync({ timeout: 0.01 });
const atFirst = await chaos(1);
const after = await chaos(leastKills, atFirst.files);
console.log(
  JSON.stringify({
    seed,
    kills,
    problems,
    owners,
    late,
    slowestMs: Math.round(slowestMs),
    done: progress.reduce((sum, n) => sum + n),
    told: counts[COUNT.TOLD],
    broken: counts[COUNT.BROKEN],
    permits: stage.permits.value <= PERMITS,
    takers,
    ...itemsThatCame(),
    children: after.children,
    slots: after.slots,
    blocks: after.blocks - atFirst.blocks,
    files: after.files - atFirst.files,
  }),
);

/** At the end nobody is left, and everything is empty. */
async function chaos(least: number, mostFiles?: number): Promise<Left> {
  const done = kills;
  const keeping = setInterval(keepGoing, 5);
  for (let place = 0; place < PLACES; place++) start(place);
  while (problems.length === 0 && killsAfter(done) < least) await round();
  for (const [place, child] of children) {
    await comesOn(place);
    if (place >= NESTED_FROM) child.kill();
    await kill(place);
    child.kill();
    await child.joinAsync({ timeout: 15 });
  }
  clearInterval(keeping);
  empty();
  return leftBehind(mostFiles);
}

function killsAfter(before: number): number {
  return kills - before;
}

/** Kills one, sees what becomes of what it had, and has another one take its place. */
async function round(): Promise<void> {
  const place = Math.floor(random() * PLACES);
  if (!(await comesOn(place))) return;
  await delay(random() * 20);
  const child = children.get(place) as Process;
  if (place >= NESTED_FROM) {
    // Its parent first: it lives on, and nobody will hear of its end.
    child.kill();
    await child.joinAsync({ timeout: 15 });
    if (!(await comesOn(place))) return;
  }
  await kill(place);
  start(place);
}

function start(place: number): void {
  const target = place < NESTED_FROM ? work : delegate;
  pids[place] = 0;
  const own = seed * 1000 + ++starts;
  const name = `place ${place}`;
  children.set(place, new Process({ target, args: [stage, place, own], name }).start());
}

/** Waits until a process has done something more; false when it stands still. */
async function comesOn(place: number): Promise<boolean> {
  const [before, pid] = [Atomics.load(progress, place), pids[place]];
  const lastMs = performance.now() + STALL_MS;
  while (Atomics.load(progress, place) === before || pids[place] === 0) {
    if (performance.now() > lastMs) {
      problems.push(`place ${place}, process ${pid}, stood still`);
      return false;
    }
    await delay(2);
  }
  return true;
}

async function kill(place: number): Promise<void> {
  const pid = pids[place] as number;
  if (pid === 0) return;
  const toldBefore = Atomics.load(counts, COUNT.TOLD);
  if (!isRunning(pid)) problems.push(`place ${place}, process ${pid}, ended by itself`);
  else process.kill(pid, 'SIGKILL');
  while (isRunning(pid)) await delay(1);
  const deadMs = performance.now();
  kills++;
  const was = Atomics.load(doing, place);
  if (was === DOING.TAKING) takers++;
  const which = LOCKS[was - 1];
  if (which === undefined || problems.length > 0) return;
  owners++;
  untilTold(which, toldBefore);
  const tookMs = performance.now() - deadMs;
  slowestMs = Math.max(slowestMs, tookMs);
  if (tookMs > REPORT_MS) late++;
}

/** Whoever is the next in the lock is told; that may be this process. */
function untilTold(which: (typeof LOCKS)[number], toldBefore: number): void {
  const lock = which === 'rwlock' ? stage.rwlock.write : stage[which];
  try {
    if (!lock.acquire({ timeout: STALL_MS / 1000 })) {
      problems.push(`nobody got ${which} after its owner's death`);
      return;
    }
    if (Atomics.load(counts, COUNT.TOLD) === toldBefore) problems.push(`${which}: nobody told`);
  } catch (error) {
    if (!(error instanceof AbandonedLockError)) throw error;
    Atomics.add(counts, COUNT.TOLD, 1);
    const at = LOCKS.indexOf(which) * 2;
    stage.guarded[at + 1] = stage.guarded[at] as number;
  }
  lock.release();
}

/** Sees to it that nobody waits for what nobody else is left to bring about. */
function keepGoing(): void {
  if (stage.gate.isSet()) stage.gate.clear();
  else stage.gate.set();
  for (const queue of [stage.fifo, stage.priority]) {
    if (queue.full()) takeOne(queue);
    if (!queue.empty()) continue;
    const item = newItem(stage);
    queue.putNowait(item);
    Atomics.store(stage.put, numberOf(item), PUT.SURE);
  }
  stage.condition
    .withAsync(() => stage.condition.notifyAll())
    .catch((error: unknown) => {
      if (!(error instanceof AbandonedLockError)) problems.push(String(error));
    });
}

function takeOne(queue: typeof stage.fifo | typeof stage.priority): boolean {
  try {
    Atomics.add(stage.taken, numberOf(queue.getNowait()), 1);
    return true;
  } catch {
    return false;
  }
}

function empty(): void {
  for (const queue of [stage.fifo, stage.priority]) while (takeOne(queue));
  for (const [, [one, twice]] of stage.dict.items()) {
    if (twice !== 2 * one) problems.push('an entry of the dict is not whole');
  }
  if (stage.dict.size !== [...stage.dict.keys()].length) problems.push('the size of the dict');
  stage.dict.clear();
  stage.list.clear();
}

function itemsThatCame(): Record<'sure' | 'lost' | 'twice' | 'strange', number> {
  const found = { sure: 0, lost: 0, twice: 0, strange: 0 };
  for (let item = 1; item <= (counts[COUNT.ITEM] as number); item++) {
    const [state, times] = [stage.put[item], stage.taken[item] as number];
    if (state === PUT.SURE) found.sure++;
    if (state === PUT.SURE && times === 0) found.lost++;
    if (times > 1) found.twice++;
    if (times > 0 && state === 0) found.strange++;
  }
  return found;
}

/** What of all the processes is still there a moment later. */
async function leftBehind(most = 0): Promise<Left> {
  const lastMs = performance.now() + 5000;
  do {
    await delay(100);
    globalThis.gc?.();
  } while ((slotsLeft() > 0 || openFiles() > most) && performance.now() < lastMs);
  return {
    children: activeChildren().length,
    slots: slotsLeft(),
    blocks: usageIn(family()).blocks - namesOfEnded() - namesInSlots(),
    files: openFiles(),
  };
}

function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}

// They are kept for messages, a thousand at most.
function namesOfEnded(): number {
  const { base, cells } = family();
  let names = 0;
  for (let entry = 0; entry < ENDED_COUNT; entry++) {
    if (atomics.load(cells, base + ENDED + entry * 2 + 1) !== 0) names++;
  }
  return names;
}

// One for each slot, once it has been a process's.
function namesInSlots(): number {
  const home = family();
  let names = 0;
  for (let number = 1; number < SLOT_COUNT; number++) {
    if (atomics.load(home.cells, home.slotOf(number) + SLOT.PROCESS_NAME) !== 0) names++;
  }
  return names;
}

// Of the dead, and of the living but the spare child, which may not have its slot yet.
function slotsLeft(): number {
  const { base, cells } = family();
  let [dead, living] = [0, 0];
  for (let number = 1; number < atomics.load(cells, base + HEADER.SLOTS_HIGH); number++) {
    const slot = family().slotOf(number);
    const pid = atomics.load(cells, slot + SLOT.OS_PID);
    if (atomics.load(cells, slot + SLOT.STATE) === SLOT_STATE.FREE || pid === process.pid) continue;
    if (isRunning(pid)) living++;
    else dead++;
  }
  return dead + Math.max(0, living - SPARE_SLOTS);
}
