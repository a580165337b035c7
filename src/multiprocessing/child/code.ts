// What a child need not compile (kernel/memory/code.ts), as it is handed to one: the loader in the
// child reads it before all else (tools/loader.ts).
//
// All children read it from one file in memory that has no name, each what it needs when it needs
// it. Through the channel, which is a socket, it would come by parts, each when this process is
// awake to send it: 2 ms of a child's start. Where there is no such file, it comes so.
import fs from 'node:fs';
import { codeForChildren, hasScripts, procOf } from '../../kernel/index.ts';

const MEMORY_FILES = '/dev/shm';
/** O_TMPFILE of Linux, without O_DIRECTORY, which belongs to it; Node has no name for it. */
const WITHOUT_NAME = 0o20_000_000;

let preface: Buffer | null = null;

/** What a child is told first, once it is on its way. Takes some milliseconds, the first time. */
export function codePreface(): Buffer {
  return (preface ??= hasScripts ? prepare() : Buffer.alloc(0));
}

function prepare(): Buffer {
  const { base, list } = codeForChildren();
  const bytes = Buffer.concat(list.map(([, code]) => code));
  const file = fileWith(bytes);
  const names = list.map(([name, code]) => [name, code.length]);
  const text = Buffer.from(JSON.stringify({ base, ...file, list: names }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text, ...(file.file === null ? [bytes] : [])]);
}

// Where children find a file with this; null where there is none. It goes with this process.
function fileWith(bytes: Buffer): { file: string | null; inode?: number } {
  const descriptor = openFile();
  if (descriptor === null) return { file: null };
  try {
    for (let done = 0; done < bytes.length;) {
      done += fs.writeSync(descriptor, bytes, done, bytes.length - done, done);
    }
    const file = `/proc/${procOf(process.pid)}/fd/${descriptor}`;
    return { file, inode: fs.fstatSync(descriptor).ino };
  } catch {
    // There is no room for it.
    fs.ftruncateSync(descriptor);
    fs.closeSync(descriptor);
    return { file: null };
  }
}

function openFile(): number | null {
  if (process.platform !== 'linux') return null;
  const { O_DIRECTORY, O_RDWR } = fs.constants;
  try {
    return fs.openSync(MEMORY_FILES, O_RDWR | O_DIRECTORY | WITHOUT_NAME);
  } catch {
    return null;
  }
}
