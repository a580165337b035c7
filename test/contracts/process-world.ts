// The world whose parties are processes: each runs its function in a Node.js of its own, and what
// it returns comes back by a queue.
import { Event, Process, Queue, SharedMemory } from 'heddle/multiprocessing';
import { registerTransfer } from 'heddle';
import { family, SLOT, SLOT_STATE, HEADER, atomics } from '../../src/kernel/index.ts';
import { describe } from '../../src/threading/locks/describe.ts';
import type { Party, World } from './world.ts';

// Without the watchdog, of which each child would start one; it watches over their parent.
const FLAGS = process.execArgv.filter((flag) => flag.startsWith('--conditions'));

type Answer = readonly ['returned', unknown] | readonly ['threw', unknown];

/** Cells in memory that has a name, by which it is found in another process. */
export class NamedCells extends Int32Array<SharedArrayBuffer> {
  readonly memory: SharedMemory;

  static get [Symbol.species](): Int32ArrayConstructor {
    return Int32Array;
  }

  constructor(memory: SharedMemory) {
    super(memory.buf.buffer, memory.buf.byteOffset, Math.floor(memory.size / 4));
    this.memory = memory;
  }
}
registerTransfer<NamedCells, SharedMemory>(NamedCells, {
  reduce: (cells) => cells.memory,
  revive: (memory) => new NamedCells(memory),
});

/** Processes of one family. */
export const processes: World = {
  isLenient: true,
  self: `process ${process.pid}`,
  start(target, ...args) {
    const answers = new Queue<Answer>();
    const run = async (): Promise<void> => {
      let answer: Answer;
      try {
        answer = ['returned', await target(...(args as never))];
      } catch (error) {
        answer = ['threw', error];
      }
      answers.put(answer);
    };
    const child = new Process({ target: run, daemon: true, execArgv: FLAGS }).start();
    return {
      name: `process ${child.pid}`,
      shown: `process ${child.pid}`,
      result: async (): Promise<never> => {
        if (!(await child.joinAsync({ timeout: 30 }))) throw new Error('It did not end in time');
        const [outcome, value] = answers.getNowait();
        if (outcome === 'threw') throw value;
        return value as never;
      },
      kill: async () => {
        child.kill();
        await child.joinAsync({ timeout: 15 });
      },
      waitingFor: () => waitingForOf(child.pid),
    } satisfies Party<unknown>;
  },
  makeEvent: () => new Event(),
  makeCells: (count) => new NamedCells(new SharedMemory({ create: true, size: count * 4 })),
};

// What a thread of the process waits for in memory that all processes have.
function waitingForOf(pid: number | null): string | null {
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
