// The flags of Node.js with which a child is run: its parent's, but for those that would have it
// run the program's text, its tests, or a debugger again.

const WITH_TEXT = /^(?:-e|--eval|-p|--print|-pe)$/;
const OF_THE_FIRST = /^(?:--input-type|--inspect|--test|--watch|--debug-port)/;

// The new objects of a child, those of Node and of heddle, do not fit where V8 has room for 1 MB of
// them at first: it would look through them in the midst of the start, for 2 to 4 of 45 ms.
const ROOM = '--min-semi-space-size=4';
const OF_ROOM = /^--(?:min|max)[-_]semi[-_]space[-_]size/;
/** A newer Node may not know the flag, and would not start. */
const LAST_NODE = 26;

/** The flags that a child is started with, when it is to have these. */
export function startingFlags(flags: readonly string[]): readonly string[] {
  if (Number.parseInt(process.versions.node) > LAST_NODE) return flags;
  return flags.some((flag) => OF_ROOM.test(flag)) ? flags : [...flags, ROOM];
}

/** Takes out of a child's flags what its user has not given. */
export function hideOurFlags(): void {
  const at = process.execArgv.lastIndexOf(ROOM);
  if (at >= 0) process.execArgv.splice(at, 1);
}

/** Flags for a child. */
export function childFlags(flags: readonly string[] = process.execArgv): readonly string[] {
  const kept: string[] = [];
  for (let i = 0; i < flags.length; i++) {
    const flag = flags[i] as string;
    if (flag === ROOM) continue;
    if (WITH_TEXT.test(flag)) i++;
    else if (!OF_THE_FIRST.test(flag)) kept.push(flag);
    // What follows and is no flag is its value.
    else if (flags[i + 1]?.startsWith('-') === false) i++;
  }
  return kept;
}
