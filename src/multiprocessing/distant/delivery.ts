// Handing a TALK to a thread's mailbox where there may be no room for it.
import { encode } from '../../wire/index.ts';
import { TALK, readTalk, writeTalk } from './frames.ts';
import { post } from './mail.ts';

/** Puts it there; or gives what is to be said instead: that its call, or call-back, failed. */
export function deliver(box: number, talk: Uint8Array): Buffer | null {
  try {
    post(box, talk);
    return null;
  } catch (error) {
    const { call } = readTalk(Buffer.from(talk));
    return writeTalk(TALK.FAILURE, call, encode(['error', error], 'error', 'process'));
  }
}
