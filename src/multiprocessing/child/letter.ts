// What a child is told at its birth, through a channel of its own: descriptor 3.
//
//   length of the letter, length of the task: two 32-bit numbers
//   the letter, as JSON
//   the task: target and arguments, as an encoded message
//
// Before the letter comes what has been compiled of the child's own program, for what loads it
// (code.ts).
//
// The channel stays open as long as the parent lives: its end is how a child knows.
import fs from 'node:fs';

/** Where a child finds its channel, and the memory of its family if there is one. */
export const CHANNEL = 3;
export const MEMORY = 4;

/** Argument of a child that is made before there is a letter for it. */
export const SPARE = '--spare';

/** What a child is told beside its task. */
export interface Letter {
  readonly name: string;
  readonly identity: string;
  readonly daemon: boolean;
  /** The program's file and arguments, as in the parent. */
  readonly script: string | undefined;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly parent: { readonly name: string; readonly pid: number };
}

const HEAD_BYTES = 8;

/** The bytes of a letter and a task. */
export function writeLetter(letter: Letter, task: Uint8Array): Buffer {
  const text = Buffer.from(JSON.stringify(letter));
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(text.length, 0);
  head.writeUInt32LE(task.length, 4);
  return Buffer.concat([head, text, task]);
}

/** Blocks until the letter is here; null when the parent ended before it wrote one. */
export function readLetter(): { readonly letter: Letter; readonly task: Buffer } | null {
  const head = readBytes(HEAD_BYTES);
  if (head === null) return null;
  const text = readBytes(head.readUInt32LE(0));
  const task = readBytes(head.readUInt32LE(4));
  if (text === null || task === null) return null;
  return { letter: JSON.parse(text.toString()) as Letter, task };
}

function readBytes(length: number): Buffer | null {
  // A buffer of its own, as an encoded message begins at a multiple of 8.
  const bytes = Buffer.from(new ArrayBuffer(length));
  for (let done = 0; done < length;) {
    const read = fs.readSync(CHANNEL, bytes, done, length - done, null);
    if (read === 0) return null;
    done += read;
  }
  return bytes;
}
