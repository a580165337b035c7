// What goes through the socket between a client and the host.
//
// A frame has a head of 16 bytes (length of the rest, thread of the client, kind) and a rest. Of a
// TALK that is itself a head of 8 bytes (what it is, and of which call) and an encoded value.

/** What a frame is. */
export const FRAME = {
  /** From a client: its secret, its process id and its name, as text. The first frame. */
  HELLO: 1,
  /** Between a thread of the client and its agent. */
  TALK: 2,
  /** From a client: the thread has ended. From the host: so has its agent. */
  END: 3,
  /** From a client: numbers of objects; it has got a reference to each, or given one back. */
  ADOPT: 4,
  DROP: 5,
  /** From a client: the name that it has now. */
  NAME: 6,
} as const;

/** What a TALK is. */
export const TALK = {
  /** From a client: do this; end that call. */
  CALL: 1,
  ABORT: 2,
  /** Either way: how a call, or a call-back, ended. */
  RESULT: 3,
  FAILURE: 4,
  /** From the host, in the middle of a call: call this function. */
  CALL_BACK: 5,
  /** To an agent: end. To a thread of a client: the host has ended. */
  STOP: 6,
} as const;

const HEAD_BYTES = 16;
const TALK_HEAD_BYTES = 8;

/** A frame that has arrived. */
export interface Frame {
  readonly thread: number;
  readonly kind: number;
  readonly rest: Buffer;
}

/** Writes a frame. */
export function writeFrame(thread: number, kind: number, rest: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEAD_BYTES + rest.length);
  frame.writeUInt32LE(rest.length, 0);
  frame.writeInt32LE(thread, 4);
  frame.writeUInt32LE(kind, 8);
  frame.writeUInt32LE(0, 12);
  frame.set(rest, HEAD_BYTES);
  return frame;
}

/** Numbers as the rest of a frame. */
export function writeNumbers(numbers: readonly number[]): Buffer {
  return Buffer.from(Uint32Array.from(numbers).buffer);
}

/** And back. */
export function readNumbers(rest: Buffer): number[] {
  return Array.from({ length: rest.length / 4 }, (_, i) => rest.readUInt32LE(i * 4));
}

/** The rest of a TALK. */
export function writeTalk(type: number, call: number, message: Uint8Array): Buffer {
  const talk = Buffer.from(new ArrayBuffer(TALK_HEAD_BYTES + message.length));
  talk.writeUInt32LE(type, 0);
  talk.writeUInt32LE(call, 4);
  talk.set(message, TALK_HEAD_BYTES);
  return talk;
}

/** A TALK that has arrived, with its encoded value. */
export interface Talk {
  readonly type: number;
  readonly call: number;
  readonly message: Buffer;
}

/** Reads one. */
export function readTalk(bytes: Buffer): Talk {
  const [type, call] = [bytes.readUInt32LE(0), bytes.readUInt32LE(4)];
  return { type, call, message: bytes.subarray(TALK_HEAD_BYTES) };
}

/** Puts frames together from what a socket gives. */
export class FrameReader {
  readonly #take: (frame: Frame) => void;
  #chunks: Buffer[] = [];
  #length = 0;
  #wanted = HEAD_BYTES;

  constructor(take: (frame: Frame) => void) {
    this.#take = take;
  }

  /** Takes what has arrived. */
  readonly push = (chunk: Buffer): void => {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#wanted) return;
    let all = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    for (;;) {
      this.#wanted = HEAD_BYTES + (all.length < HEAD_BYTES ? 0 : all.readUInt32LE(0));
      if (all.length < HEAD_BYTES || all.length < this.#wanted) break;
      const rest = Buffer.from(new ArrayBuffer(this.#wanted - HEAD_BYTES));
      all.copy(rest, 0, HEAD_BYTES, this.#wanted);
      const [thread, kind] = [all.readInt32LE(4), all.readUInt32LE(8)];
      all = all.subarray(this.#wanted);
      this.#take({ thread, kind, rest });
    }
    this.#chunks = all.length === 0 ? [] : [all];
    this.#length = all.length;
  };
}
