// Telling how far a map has come: to a function of the user's, or by a bar on the terminal.
import { inspect } from 'node:util';
import { reportUncaught } from '../../kernel/index.ts';
import { ProgressBar } from '../../progress/index.ts';

/** What is told of a map's progress. */
export interface Teller {
  readonly begin: (total: number | null) => void;
  readonly tell: (done: number, total: number | null) => void;
  readonly end: () => void;
}

/** Who tells, as the user wishes; TypeError where that says nothing. */
export function tellerOf(progress: unknown): Teller | undefined {
  if (progress === undefined || progress === false) return undefined;
  if (progress === true) return new BarTeller();
  if (typeof progress === 'function') return new FunctionTeller(progress as Teller['tell']);
  throw new TypeError(
    `Cannot use ${inspect(progress)} as progress as it is neither a function nor true`,
  );
}

class FunctionTeller implements Teller {
  readonly #func: Teller['tell'];

  constructor(func: Teller['tell']) {
    this.#func = func;
  }

  begin(): void {}

  tell(done: number, total: number | null): void {
    try {
      this.#func(done, total);
    } catch (error) {
      reportUncaught(error);
    }
  }

  end(): void {}
}

class BarTeller implements Teller {
  #bar: ProgressBar | null = null;

  begin(total: number | null): void {
    this.#bar = new ProgressBar({ total });
  }

  tell(done: number): void {
    if (this.#bar !== null) this.#bar.update(done - this.#bar.count);
  }

  end(): void {
    this.#bar?.close();
  }
}
