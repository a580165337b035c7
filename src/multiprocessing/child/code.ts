// What a child need not compile (kernel/memory/code.ts), as it is handed to one: the loader in the
// child reads it before all else (tools/loader.ts).
//
// All children read it from one file in memory that has no name. Through the channel, which is a
// socket, it would come by parts, each when this process is awake to send it: 2 ms of a child's
// start. Where there is no such file, it comes so.
import fs from 'node:fs';
import { codeForChildren, hasScripts } from '../../kernel/index.ts';
import type { CodeForChildren } from '../../kernel/index.ts';

const MEMORY_FILES = '/dev/shm';
/** O_TMPFILE, with O_DIRECTORY, which belongs to it; Node has no name for it. */
const WITHOUT_NAME = 0o20_200_000;

/** The file's descriptor; null where there is none, undefined until it is asked for. */
let file: number | null | undefined;
let written: CodeForChildren | null | undefined;

/** The file that a child inherits; null where there is none. It need not be written yet. */
export function codeFile(): number | null {
  if (file === undefined) file = hasScripts ? openFile() : null;
  return file;
}

/**
 * What a child is told first, once it is on its way. Takes some milliseconds, the first time.
 *
 * @param descriptor of the file, in the child; null where it has none
 */
export function codePreface(descriptor: number | null): Buffer {
  written ??= writeCode();
  if (written === null) return Buffer.alloc(0);
  const isInFile = descriptor !== null && typeof file === 'number';
  const list = written.list.map(([name, code]) => [name, code.length]);
  const told = { base: written.base, list, ...(isInFile ? { file: descriptor } : {}) };
  const text = Buffer.from(JSON.stringify(told));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const rest = isInFile ? [] : written.list.map(([, code]) => code);
  return Buffer.concat([length, text, ...rest]);
}

function openFile(): number | null {
  try {
    return fs.openSync(MEMORY_FILES, fs.constants.O_RDWR | WITHOUT_NAME);
  } catch {
    return null;
  }
}

function writeCode(): CodeForChildren | null {
  const code = codeForChildren();
  if (code === null || typeof file !== 'number') return code;
  const bytes = Buffer.concat(code.list.map(([, one]) => one));
  try {
    for (let done = 0; done < bytes.length;) {
      done += fs.writeSync(file, bytes, done, bytes.length - done, done);
    }
  } catch {
    // There is no room for it.
    fs.closeSync(file);
    file = null;
  }
  return code;
}
