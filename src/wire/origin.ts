// Which thread of which process this is, for what has to have one name everywhere.
import { threadId } from 'node:worker_threads';

/**
 * A number that no other process of the machine has, or had before it: its id, which may be that of
 * an earlier one, and the second in which this was loaded.
 */
export const ownProcess: number = process.pid * 2 ** 31 + (Math.floor(Date.now() / 1000) % 2 ** 31);

/** A text that no other thread has, in whatever process. */
export const ownThread: string = `${ownProcess.toString(36)}.${threadId}`;

/** A number that no other thread of the machine has, as far as 32 bits go. */
export const ownOrigin: number = ((process.pid << 10) ^ threadId) >>> 0;
