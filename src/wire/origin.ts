// Which thread of which process this is, as a message says where an error comes from.
import { threadId } from 'node:worker_threads';

/** A number that no other thread of the machine has, as far as 32 bits go. */
export const ownOrigin: number = ((process.pid << 10) ^ threadId) >>> 0;
