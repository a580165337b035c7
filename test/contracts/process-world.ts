// The world whose parties are processes. Each party has a Node.js of its own while it lasts; but as
// it takes a second to start one, a process that has served one party serves the next.
//
// A party that ends is a thread that ends there: it loses its thread id, and whatever it held. That
// a whole process ends is seen where one is killed, and in process.test.ts.
import {
  Array as SharedArray,
  Event,
  Process,
  Queue,
  currentProcess,
} from 'heddle/multiprocessing';
import {
  HEADER,
  SLOT,
  SLOT_STATE,
  atomics,
  endThread,
  family,
  keepName,
  writeText,
} from '../../src/kernel/index.ts';
import { describe } from '../../src/threading/locks/describe.ts';
import type { Party, World } from './world.ts';

// Without the watchdog, of which each child would start one; it watches over their parent.
const FLAGS = process.execArgv.filter((flag) => flag.startsWith('--conditions'));

const LIMIT_S = 100;

type Answer = readonly ['returned', unknown] | readonly ['threw', unknown];

interface Job {
  readonly target: (...args: never) => unknown;
  readonly args: readonly unknown[];
  readonly answers: Queue<Answer>;
}

interface Worker {
  readonly child: Process;
  readonly jobs: Queue<Job>;
}

const idle: Worker[] = [];

/** What depends on how processes share. */
export interface Sharing {
  readonly makeCells: World['makeCells'];
  /** Ends the party that runs here, as a thread. */
  readonly endParty: () => void;
  /** What a party is blocked on. */
  readonly waitingForOf: (child: Process) => string | null;
  /** No more wait for the next party. */
  readonly mostIdle: number;
}

/** A world of processes that share in some way. */
export function worldOf({ makeCells, endParty, waitingForOf, mostIdle }: Sharing): World {
  return {
    isLenient: true,
    self: currentProcess().name,
    start(target, ...args) {
      const answers = new Queue<Answer>();
      const worker = idle.pop() ?? newWorker(endParty);
      worker.jobs.put({ target, args, answers });
      const { child } = worker;
      return {
        name: child.name,
        shown: child.name,
        result: async (): Promise<never> => {
          const [outcome, value] = await answers.getAsync({ timeout: LIMIT_S });
          if (idle.length < mostIdle) idle.push(worker);
          else child.kill();
          if (outcome === 'threw') throw value;
          return value as never;
        },
        kill: async () => {
          child.kill();
          await child.joinAsync({ timeout: LIMIT_S });
        },
        waitingFor: () => waitingForOf(child),
      } satisfies Party<unknown>;
    },
    makeEvent: () => new Event(),
    makeCells,
  };
}

/** Processes of one family, which have memory in common. */
export const processes: World = worldOf({
  makeCells: (count) => SharedArray('i32', count),
  endParty: endHere,
  waitingForOf: waitOf,
  mostIdle: 4,
});

function newWorker(end: () => void): Worker {
  const jobs = new Queue<Job>();
  const child = new Process({ target: serve, args: [jobs, end], daemon: true, execArgv: FLAGS });
  return { child: child.start(), jobs };
}

async function serve(jobs: Queue<Job>, end: () => void): Promise<void> {
  for (;;) {
    const { target, args, answers } = await jobs.getAsync();
    const answer = await answerOf(target, args);
    end();
    answers.put(answer);
  }
}

async function answerOf(target: Job['target'], args: readonly unknown[]): Promise<Answer> {
  try {
    return ['returned', await target(...(args as never))];
  } catch (error) {
    return ['threw', error];
  }
}

// As the end of a thread has it (threading/life/finish.ts).
function endHere(): void {
  const home = family();
  keepName(home, home.tid, writeText(home, currentProcess().name));
  endThread();
}

// What a thread of the process waits for in memory that all processes have.
function waitOf({ pid }: Process): string | null {
  const shared = family();
  const high = atomics.load(shared.cells, shared.base + HEADER.SLOTS_HIGH);
  for (let number = 1; number < high; number++) {
    const slot = shared.slotOf(number);
    const { cells } = shared;
    if (atomics.load(cells, slot + SLOT.OS_PID) !== pid) continue;
    if (atomics.load(cells, slot + SLOT.STATE) === SLOT_STATE.FREE) continue;
    const waited = atomics.load(cells, slot + SLOT.WAITING);
    if (waited > 0) return describe(waited);
  }
  return null;
}
