// The bars of one terminal, which stand below each other at its bottom.
//
// However often a bar moves, the terminal is written at most ten times a second. A change that came
// too early is drawn by a timer as soon as it may be, which only happens where the event loop
// turns; the timer holds nothing up. Nothing is left when the last bar has gone: no timer, no
// listener.
import { eraseOf, showBars, writeWhole } from '../system/index.ts';
import type { ProgressStream } from './options.ts';

/** A bar, for who draws it. */
export interface Drawable {
  /** Its row, as of now. */
  row(columns: number, inColour: boolean, nowMs: number): string;
  /** The program ends: the bar does too. */
  close(): void;
}

const STDERR = 2;
const REFRESH_MS = 100;
const USUAL_COLUMNS = 80;

/** Where bars are drawn. */
export class Screen {
  readonly #surface: Surface;
  readonly #stream: ProgressStream;
  #bars: readonly Drawable[] = [];
  #drawnMs = -Infinity;
  #timer: NodeJS.Timeout | null = null;

  constructor(stream: ProgressStream | null) {
    this.#stream = stream ?? process.stderr;
    this.#surface = stream === null ? sharedTerminal : surfaceOf(stream);
  }

  /** Gives a bar its place, below the others; true when it is the first one. */
  add(bar: Drawable): boolean {
    const isFirst = this.#bars.length === 0;
    if (isFirst) process.on('exit', this.#closeAll);
    this.#bars = [...this.#bars, bar];
    this.refresh();
    return isFirst;
  }

  /** Takes a bar away; what is left of it is a line above the others, or nothing. */
  remove(bar: Drawable, isLeft: boolean): void {
    const line = isLeft ? `${this.#rowOf(bar, performance.now())}\n` : '';
    this.#bars = this.#bars.filter((other) => other !== bar);
    if (this.#bars.length === 0) {
      process.off('exit', this.#closeAll);
      this.#stopTimer();
    }
    if (this.#bars.length === 0 || isLeft) this.#draw(line);
    else this.refresh();
  }

  /** Draws all bars, now or as soon as it may be. */
  refresh(): void {
    const waitMs = this.#drawnMs + REFRESH_MS - performance.now();
    if (waitMs <= 0) this.#draw('');
    else this.#timer ??= setTimeout(() => this.#draw(''), waitMs).unref();
  }

  /** Writes a whole line, for what is not drawn in place. */
  say(line: string): void {
    this.#surface.say(`${line}\n`);
  }

  #draw(above: string): void {
    this.#stopTimer();
    const nowMs = performance.now();
    this.#drawnMs = nowMs;
    this.#surface.show(this.#bars.map((bar) => this.#rowOf(bar, nowMs)).join('\n'), above);
  }

  // A row that reaches the last column makes some terminals begin a new one.
  #rowOf(bar: Drawable, nowMs: number): string {
    const { columns = 0 } = this.#stream; // 0 where a terminal does not know it either
    return bar.row(
      (columns > 0 ? columns : USUAL_COLUMNS) - 1,
      this.#stream.hasColors?.() ?? false,
      nowMs,
    );
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  readonly #closeAll = (): void => {
    for (const bar of this.#bars) bar.close();
  };
}

const screens = new WeakMap<ProgressStream, Screen>();
let ofStandardError: Screen | null = null;

/** The screen of a stream; null is standard error. */
export function screenOf(stream: ProgressStream | null): Screen {
  if (stream === null) return (ofStandardError ??= new Screen(null));
  const known = screens.get(stream) ?? new Screen(stream);
  screens.set(stream, known);
  return known;
}

interface Surface {
  show(bars: string, above: string): void;
  say(lines: string): void;
}

// Where another thread has its bars, ours are not drawn, and what is left of them stands above.
const sharedTerminal: Surface = {
  show(bars, above) {
    if (!showBars(bars, above) && above !== '') writeWhole(STDERR, above);
  },
  say: (lines) => writeWhole(STDERR, lines),
};

function surfaceOf(stream: ProgressStream): Surface {
  let drawn = '';
  return {
    show(bars, above) {
      stream.write(eraseOf(drawn) + above + bars);
      drawn = bars;
    },
    say: (lines) => stream.write(lines),
  };
}
