// Telling the broker that a process has ended, so that who hears of the end after that finds
// nothing held or awaited for it any more.
import { HEADER, arena, atomics, release, retain } from '../../../kernel/index.ts';
import { writeFrame } from '../frames.ts';
import { awaitMailAsync, newMailbox, post } from '../mail.ts';

const LIMIT_MS = 2000;

/** Whether this process has a broker. */
export function hasBroker(): boolean {
  return atomics.load(arena.cells, HEADER.FAMILY_BROKER) > 0;
}

/** Resolves when nothing is done for a process any more that has ended. For the keeper. */
export async function departed(pid: number): Promise<void> {
  const answer = newMailbox();
  const broker = atomics.load(arena.cells, HEADER.FAMILY_BROKER);
  // The broker's reference: it has the mailbox in hand when this goes on.
  retain(answer);
  // A frame of nobody's.
  post(broker, writeFrame(answer, 0, Buffer.from(String(pid))));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, LIMIT_MS, true);
  });
  const isLate = await Promise.race([awaitMailAsync(answer).then(() => false), late]);
  clearTimeout(timer);
  // One that is late may still be woken by it.
  if (!isLate) release(answer);
}
