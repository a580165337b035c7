// The bridge: a client's socket to the host. It runs in the keeper, whose event loop always turns,
// so every other thread may block for an answer.
import net from 'node:net';
import { hostAddress, processName, release } from '../../../kernel/index.ts';
import { readAddress } from '../address.ts';
import { deliver } from '../delivery.ts';
import { FRAME, FrameReader, TALK, writeFrame, writeNumbers, writeTalk } from '../frames.ts';
import type { Frame } from '../frames.ts';
import { post } from '../mail.ts';

/** What threads have it do. */
export type Errand =
  /** A thread is there, and where its answers go: a mailbox, with a reference to it. */
  | { readonly type: 'open'; readonly thread: number; readonly box: number }
  | { readonly type: 'talk'; readonly thread: number; readonly bytes: Uint8Array }
  | { readonly type: 'end'; readonly thread: number }
  | { readonly type: 'adopt' | 'drop'; readonly number: number }
  /** This process has a new name. */
  | { readonly type: 'name' };

const NOTHING = new Uint8Array(0);

const boxes = new Map<number, number>();
let socket: net.Socket | null = null;
let isLost = false;

/** Does what a thread asks for. */
export function serve(errand: Errand): void {
  switch (errand.type) {
    case 'open':
      boxes.set(errand.thread, errand.box);
      if (isLost) tellLost(errand.box);
      return;
    case 'talk':
      return write(errand.thread, FRAME.TALK, errand.bytes);
    case 'end':
      write(errand.thread, FRAME.END, NOTHING);
      if (isLost) close(errand.thread);
      return;
    case 'adopt':
      return write(0, FRAME.ADOPT, writeNumbers([errand.number]));
    case 'drop':
      return write(0, FRAME.DROP, writeNumbers([errand.number]));
    case 'name':
      // Who has not been greeted yet is told then.
      if (socket !== null) write(0, FRAME.NAME, Buffer.from(processName()));
  }
}

/** The program ends, and the socket with it. */
export function end(): void {}

function write(thread: number, kind: number, rest: Uint8Array): void {
  if (isLost) return;
  socket ??= connect();
  socket.write(writeFrame(thread, kind, rest));
}

function connect(): net.Socket {
  const { path, secret } = readAddress(hostAddress());
  const made = net.connect(path);
  made.on('error', () => {});
  made.once('close', () => {
    isLost = true;
    for (const box of boxes.values()) tellLost(box);
  });
  made.on('data', new FrameReader(take).push);
  made.write(writeFrame(0, FRAME.HELLO, Buffer.from(`${secret}${process.pid} ${processName()}`)));
  return made;
}

function take({ thread, kind, rest }: Frame): void {
  const box = boxes.get(thread);
  if (kind === FRAME.END) close(thread);
  else if (box !== undefined) {
    const failure = deliver(box, rest);
    if (failure !== null) post(box, failure);
  }
}

// Who ends may wait for that.
function close(thread: number): void {
  const box = boxes.get(thread);
  if (box === undefined) return;
  boxes.delete(thread);
  tellLost(box);
  release(box);
}

function tellLost(box: number): void {
  post(box, writeTalk(TALK.STOP, 0, NOTHING));
}
