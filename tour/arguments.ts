// What the user asked the tour for.

/** What to run, and how fast. */
export interface Wish {
  /** Numbers of sections; empty for all. */
  readonly numbers: readonly number[];
  /** At the times of the text. */
  readonly isFull: boolean;
  readonly isHelp: boolean;
}

/** Reads the arguments of the command line; RangeError for what is not one of them. */
export function readArguments(given: readonly string[], known: readonly number[]): Wish {
  const numbers: number[] = [];
  for (const argument of given) {
    if (argument === '--full' || argument === '--help') continue;
    const number = known.find((one) => String(one) === argument);
    if (number === undefined) {
      throw new RangeError(
        `Cannot take the argument '${argument}': it is neither a section of the tour ` +
          `(${known.join(', ')}) nor --full nor --help`,
      );
    }
    numbers.push(number);
  }
  return { numbers, isFull: given.includes('--full'), isHelp: given.includes('--help') };
}
