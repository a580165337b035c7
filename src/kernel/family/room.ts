// A flag of V8's that children are started with, and that nobody else should see.
//
// The new objects of a child, those of Node and of heddle, do not fit where V8 has room for 1 MB of
// them at first: it would look through them in the midst of the start, for 2 to 4 of 45 ms.

/** Written as V8 does; who gives this flag for himself writes it as Node does. */
const ROOM = '--min_semi_space_size=4';
const OF_ROOM = /^--(?:min|max)[-_]semi[-_]space[-_]size/;

/** The flags that a child is started with, when it is to have these. */
export function startingFlags(flags: readonly string[]): readonly string[] {
  return !isHarmless() || flags.some((flag) => OF_ROOM.test(flag)) ? flags : [...flags, ROOM];
}

/** Flags without what their user has not given. */
export function givenFlags(flags: readonly string[]): readonly string[] {
  return flags.filter((flag) => flag !== ROOM);
}

/** Takes out of this thread's flags what its user has not given: Node would hand it on. */
export function hideOurFlags(): void {
  const at = process.execArgv.indexOf(ROOM);
  if (at >= 0) process.execArgv.splice(at, 1);
}

// Before 24.12, V8 takes no code that was compiled under other flags, and a child would compile all
// that it is given (nodejs/node#60069). A newer Node may not know the flag, and would not start.
function isHarmless(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major === 26 || (major === 24 && minor >= 12);
}
