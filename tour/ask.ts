// Asks the user on the terminal.
import { createInterface } from 'node:readline';
import type { Question } from './section.ts';

/** Gives the line that the user types, null at the end of the input. */
export async function askUser({ prompt, answer }: Question): Promise<string | null> {
  process.stdout.write(`   Your turn: type ${answer}, or something else, and Enter\n${prompt}`);
  // Not as a terminal of readline's, which would take Ctrl-C for itself.
  const lines = createInterface({ input: process.stdin, terminal: false });
  try {
    const { promise, resolve } = Promise.withResolvers<string | null>();
    lines.once('line', resolve);
    lines.once('close', () => resolve(null));
    return await promise;
  } finally {
    lines.close();
  }
}
