// Bugs that the model must find: lines of the sources, and what a mistake would have made of them.
//
// Each is named, and found in one scenario. When a source changes so that the lines are not there
// any more, its mutant has to be written anew. They are in mutants/, by the room of the source.
import { deadlock } from './mutants/deadlock.ts';
import { gil } from './mutants/gil.ts';
import { memory } from './mutants/memory.ts';
import type { Mutant } from './mutants/mutant.ts';
import { primitives } from './mutants/primitives.ts';
import { rlock } from './mutants/rlock.ts';
import { table } from './mutants/table.ts';
import { waiting } from './mutants/waiting.ts';

/** All of them. */
export const mutants: readonly Mutant[] = [
  ...waiting,
  ...primitives,
  ...table,
  ...memory,
  ...deadlock,
  ...gil,
  ...rlock,
];
