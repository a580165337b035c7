// The rarer half of writing, loaded with the first value that needs it.
//
// It understands functions, which takes two thirds of the room's code. A thread that only receives
// them never loads it, and boots the sooner. Under tsx what is loaded here is a copy, with copies
// of all that it imports: it must import nothing that has a state to share (encode/surroundings.ts,
// Home).
import { loadLate, unterminated } from '../kernel/index.ts';
import type { RareWriters } from './encode/surroundings.ts';

let loaded: RareWriters | null = null;

function load(): RareWriters {
  if (loaded === null) {
    const module = unterminated(() => loadLate('#rare-writers'));
    loaded = (module as { rareWriters: RareWriters }).rareWriters;
  }
  return loaded;
}

/** Writes what is not plain data. */
export const rareWriters: RareWriters = {
  writeRare: (encoder, value) => load().writeRare(encoder, value),
  writeLateContents: (encoder, value) => load().writeLateContents(encoder, value),
  writeCodes: (encoder, drafts) => load().writeCodes(encoder, drafts),
  requireStable: (encoder, value) => load().requireStable(encoder, value),
  prepare: () => load().prepare(),
};
