// Makes a class one whose objects processes share. What a client needs for that is in birth.ts,
// with the rest of this room: a child that has the family's memory starts sooner without it. Who
// makes such objects within this room imports that, too.
import { isClient, shareAcrossProcesses } from '../../kernel/index.ts';

type MakeDistant = (type: NewableFunction) => void;

let makeDistant: MakeDistant | null = null;
/** Those that came first. */
const waiting: NewableFunction[] = [];

/**
 * Has all objects of a class be shared by processes. The class adds nothing to the one that it
 * extends.
 *
 * @param module `import.meta.url` of the module that has the class
 */
export function shareClass(type: NewableFunction, module: string): void {
  if (!isClient()) shareAcrossProcesses(type as never, module);
  else if (makeDistant === null) waiting.push(type);
  else makeDistant(type);
}

/** Says how it is done in a client. */
export function provideDistant(make: MakeDistant): void {
  makeDistant = make;
  for (const type of waiting.splice(0)) make(type);
}
