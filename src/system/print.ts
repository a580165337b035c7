// print(): a line to standard output, from any thread.
import { formatWithOptions } from 'node:util';
import tty from 'node:tty';
import { writeWhole } from './lines.ts';

const STDOUT = 1;

/**
 * Writes one line to standard output, whole and at once, from any thread, also while the main
 * thread is blocked.
 *
 * Blocks only as long as standard output takes. Lines of different threads never mix. Values are
 * shown as `console.log` shows them, separated by blanks.
 *
 * @param values what to show
 *
 * @example
 * ```ts
 * import { print } from 'heddle';
 * print('three lines, in one piece:', [1, 2, 3]);
 * ```
 */
export function print(...values: unknown[]): void {
  writeWhole(STDOUT, `${formatWithOptions({ colors: inColour() }, ...values)}\n`);
}

let colours: boolean | undefined;

function inColour(): boolean {
  colours ??= tty.isatty(STDOUT) && tty.WriteStream.prototype.hasColors();
  return colours;
}
