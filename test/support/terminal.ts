// A terminal that is looked at rather than into: what stands on it after all that was written.
import { spawnSync } from 'node:child_process';
import { runProgram } from './run.ts';
import type { Ran } from './run.ts';

/** Whether a program can be run in a real terminal here: Python's standard library makes one. */
export const HAS_TERMINALS: boolean =
  spawnSync('python3', ['-c', 'import pty'], { stdio: 'ignore' }).status === 0;

// Runs a command with a terminal for its streams, and hands on what it writes there.
const IN_TERMINAL = `
import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
`;

/** A stream that is a terminal, and knows the few commands that bars use. */
export class Terminal {
  readonly isTTY = true;
  readonly columns: number;
  /** Each piece that was written, and when. */
  readonly writes: { readonly text: string; readonly atMs: number }[] = [];
  readonly #rows: string[] = [''];
  #row = 0;
  #column = 0;

  constructor(columns = 80) {
    this.columns = columns;
  }

  write(text: string): void {
    this.writes.push({ text, atMs: performance.now() });
    // oxlint-disable-next-line no-control-regex -- a terminal's commands begin with one
    for (const [piece, up, other] of text.matchAll(/\u{1b}\[(?:(\d+)A|(J|\d+m))|[^]/gu)) {
      if (up !== undefined) this.#row = Math.max(0, this.#row - Number(up));
      else if (other === 'J') this.#eraseBelow();
      else if (other === undefined) this.#put(piece);
    }
  }

  /** The rows, without the empty one that a line end leaves at the bottom. */
  rows(): string[] {
    return this.#rows
      .map((row) => row.trimEnd())
      .filter((row, i, all) => row !== '' || i < all.length - 1);
  }

  /** Whether the next text begins a row. */
  isAtStart(): boolean {
    return this.#column === 0 && this.#row === this.#rows.length - 1 && this.#rows.at(-1) === '';
  }

  #eraseBelow(): void {
    this.#rows.length = this.#row + 1;
    this.#rows[this.#row] = (this.#rows[this.#row] ?? '').slice(0, this.#column);
  }

  #put(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') {
      this.#row += 1;
      this.#column = 0;
      this.#rows[this.#row] ??= '';
    } else {
      const row = (this.#rows[this.#row] ?? '').padEnd(this.#column);
      this.#rows[this.#row] = row.slice(0, this.#column) + character + row.slice(this.#column + 1);
      this.#column += 1;
    }
  }
}

/** Runs a program whose streams are a terminal. */
export async function runInTerminal(program: string): Promise<{ ran: Ran; terminal: Terminal }> {
  const launcher = `
    import { spawnSync } from 'node:child_process';
    const child = [process.execPath, ...process.execArgv, import.meta.dirname + '/child.ts'];
    const { status } = spawnSync('python3', ['-c', ${JSON.stringify(IN_TERMINAL)}, ...child], {
      stdio: 'inherit',
    });
    process.exitCode = status;`;
  const ran = await runProgram(launcher, {
    kind: 'mjs',
    files: { 'child.ts': program },
    env: { CI: undefined, NO_COLOR: '1', TERM: 'xterm' },
  });
  const terminal = new Terminal();
  terminal.write(ran.stdout);
  return { ran, terminal };
}
