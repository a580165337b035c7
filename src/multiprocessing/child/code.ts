// What a child need not compile (kernel/memory/code.ts), as it is handed to one: the loader in the
// child reads it before all else (tools/loader.ts).
//
// All children read it from one file in memory that has no name. Through the channel, which is a
// socket, it would come by parts, each when this process is awake to send it: 2 ms of a child's
// start. Where there is no such file, it comes so.
import fs from 'node:fs';
import { codeForChildren, hasScripts } from '../../kernel/index.ts';

const MEMORY_FILES = '/dev/shm';
/** O_TMPFILE of Linux, without O_DIRECTORY, which belongs to it; Node has no name for it. */
const WITHOUT_NAME = 0o20_000_000;

/** What children are told. */
interface Told {
  readonly base: string | undefined;
  readonly list: readonly (readonly [name: string, length: number])[];
  /** Whether the bytes are in the file; else they follow. */
  readonly isInFile: boolean;
}

/** The file's descriptor; null where there is none, undefined until it is asked for. */
let file: number | null | undefined;
let told: Told | null = null;
let following: Uint8Array = new Uint8Array(0);

/** The file that a child inherits; null where there is none. It need not be written yet. */
export function codeFile(): number | null {
  if (file === undefined) file = hasScripts ? openFile() : null;
  return file;
}

/**
 * What a child is told first, once it is on its way. Takes some milliseconds, the first time.
 *
 * @param descriptor of the file, in the child, which closes it; null where it has none
 */
export function codePreface(descriptor: number | null): Buffer {
  if (!hasScripts) return Buffer.alloc(0);
  told ??= prepare();
  const text = Buffer.from(JSON.stringify({ ...told, file: descriptor }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text, following]);
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

function prepare(): Told {
  const { base, list } = codeForChildren();
  const bytes = Buffer.concat(list.map(([, code]) => code));
  const isInFile = typeof file === 'number' && isWritten(file, bytes);
  if (!isInFile) following = bytes;
  return { base, list: list.map(([name, code]) => [name, code.length]), isInFile };
}

// False where there is no room for it; the file is given up then.
function isWritten(descriptor: number, bytes: Buffer): boolean {
  try {
    for (let done = 0; done < bytes.length;) {
      done += fs.writeSync(descriptor, bytes, done, bytes.length - done, done);
    }
    return true;
  } catch {
    fs.ftruncateSync(descriptor);
    fs.closeSync(descriptor);
    file = null;
    return false;
  }
}
