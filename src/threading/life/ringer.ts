// Making the ringer (kernel/family/ringer.entry.ts), in the keeper.
import { createRequire } from 'node:module';
import { MessageChannel, SHARE_ENV, Worker } from 'node:worker_threads';
import { INHERITANCE_KEY, SLOT, arena, atomics, burySlot, claimSlot } from '../../kernel/index.ts';
import { RETIRE } from './cache.ts';
import { inheritedFlags, legacyOf } from './maker.ts';

let ringer: Worker | null = null;

/** Makes the ringer of this process, once. */
export function makeRinger(): void {
  if (ringer !== null) return;
  const slot = claimSlot(arena);
  // It boots like a worker, but will look for no thread.
  atomics.store(arena.cells, arena.slotOf(slot) + SLOT.REQUEST, RETIRE);
  // It asks the keeper for nothing.
  const { port2: hub } = new MessageChannel();
  const worker = new Worker(createRequire(import.meta.url).resolve('#ringer-entry'), {
    name: 'heddle ringer',
    env: SHARE_ENV,
    trackUnmanagedFds: false,
    workerData: {
      [INHERITANCE_KEY]: legacyOf(slot, hub),
    },
    transferList: [hub],
    ...inheritedFlags(),
  });
  worker.unref();
  worker.on('exit', () => {
    ringer = null;
    burySlot(arena, slot);
  });
  ringer = worker;
}
