// What a program said, was told, and came to, with times.

/** A line that the program printed, its prompt, or a line that was typed for it. */
export interface Entry {
  readonly kind: 'out' | 'err' | 'prompt' | 'typed';
  readonly text: string;
  /** Since the program was started. */
  readonly atMs: number;
}

/** A run of a program, from its start to its end. */
export interface Ran {
  readonly entries: readonly Entry[];
  /** How many real seconds a second of the text took. */
  readonly scale: number;
  readonly code: number | null;
  readonly signal: string | null;
  /** Since the program was started. */
  readonly endMs: number;
  /** Why the tour stopped it; null when it ended by itself. */
  readonly stopped: string | null;
}

/** The lines that were printed on standard output. */
export function printed(entries: readonly Entry[]): Entry[] {
  return entries.filter(({ kind }) => kind === 'out');
}

/** How often exactly this line was printed. */
export function count(entries: readonly Entry[], text: string): number {
  return printed(entries).filter((entry) => entry.text === text).length;
}

/** Makes entries of the chunks of a stream, as they come. */
export class LineReader {
  readonly #kind: 'out' | 'err';
  readonly #add: (kind: Entry['kind'], text: string) => void;
  // The prompt that has not been seen yet.
  #prompt: string | undefined;
  #rest = '';

  constructor(
    kind: 'out' | 'err',
    prompt: string | undefined,
    add: (kind: Entry['kind'], text: string) => void,
  ) {
    this.#kind = kind;
    this.#prompt = prompt;
    this.#add = add;
  }

  read(chunk: string): void {
    const parts = (this.#rest + chunk).split('\n');
    this.#rest = parts.pop() ?? '';
    for (const part of parts) this.#add(this.#kind, this.#withoutPrompt(part));
    this.#rest = this.#withoutPrompt(this.#rest);
  }

  /** The stream has ended: what has no line end is a line, too. */
  end(): void {
    if (this.#rest !== '') this.#add(this.#kind, this.#rest);
    this.#rest = '';
  }

  // A prompt has no line end, so what any thread prints next follows it in the same line.
  #withoutPrompt(line: string): string {
    const prompt = this.#prompt;
    if (prompt === undefined || !line.startsWith(prompt)) return line;
    this.#prompt = undefined;
    this.#add('prompt', prompt);
    return line.slice(prompt.length);
  }
}
