// The flags of Node.js with which a child is run: its parent's, but for those that would have it
// run the program's text, its tests, or a debugger again.
import { givenFlags } from '../../kernel/index.ts';

const WITH_TEXT = /^(?:-e|--eval|-p|--print|-pe)$/;
const OF_THE_FIRST = /^(?:--input-type|--inspect|--test|--watch|--debug-port)/;

/** Flags for a child. */
export function childFlags(given: readonly string[] = process.execArgv): readonly string[] {
  const flags = givenFlags(given);
  const kept: string[] = [];
  for (let i = 0; i < flags.length; i++) {
    const flag = flags[i] as string;
    if (WITH_TEXT.test(flag)) i++;
    else if (!OF_THE_FIRST.test(flag)) kept.push(flag);
    // What follows and is no flag is its value.
    else if (flags[i + 1]?.startsWith('-') === false) i++;
  }
  return kept;
}
