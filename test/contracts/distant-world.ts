// The world whose parties are processes without memory in common, as where koffi does not load
// (said below, before anything is shared). This process is the host.
//
// What no lock protects is a file that all map, by the very calls that heddle does without here.
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerTransfer } from 'heddle';
import * as threading from 'heddle/threading';
import { openNative } from '../../src/kernel/family/native.ts';
import { endThread } from '../../src/kernel/index.ts';
import { worldOf } from './process-world.ts';
import type { World } from './world.ts';

process.env['HEDDLE_NO_FFI'] = '1';

const PAGE_BYTES = 4096;

class MappedCells extends Int32Array<SharedArrayBuffer> {
  readonly file: string;

  constructor(file: string, count: number) {
    const buffer = new SharedArrayBuffer(PAGE_BYTES, { maxByteLength: PAGE_BYTES });
    super(buffer, 0, count);
    this.file = file;
    const descriptor = openSync(file, 'r+');
    openNative().mapInto(buffer, 0, PAGE_BYTES, descriptor);
    closeSync(descriptor);
  }

  static get [Symbol.species](): Int32ArrayConstructor {
    return Int32Array;
  }
}

registerTransfer<MappedCells, [string, number]>(MappedCells, {
  reduce: (cells) => [cells.file, cells.length],
  revive: ([file, count]) => new MappedCells(file, count),
});

const folder = mkdtempSync(join(tmpdir(), 'heddle-cells-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let last = 0;

/** Processes, of which this one has what all share. */
export const distant: World = worldOf({
  makeCells: (count) => {
    const file = join(folder, String(++last));
    const descriptor = openSync(file, 'w+');
    ftruncateSync(descriptor, PAGE_BYTES);
    closeSync(descriptor);
    return new MappedCells(file, count);
  },
  endParty: () => endThread(),
  waitingForOf: ({ name }) => {
    const agents = threading.enumerate().filter((thread) => thread.name === name);
    const waits = agents.map((agent) => agent.waitingFor);
    // One that has called back waits for its client.
    return waits.find((wait) => wait !== null && !wait.includes('Mailbox')) ?? null;
  },
  mostIdle: 4,
});
