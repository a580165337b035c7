// A bar that is moved by hand; progress() moves one along with a loop.
import { inspect } from 'node:util';
import { settingsOf } from './options.ts';
import type { ProgressOptions, Settings } from './options.ts';
import { rowOf } from './row.ts';
import { screenOf } from './screen.ts';
import type { Drawable, Screen } from './screen.ts';
import { Speed } from './speed.ts';

// A line that is written rather than drawn: at each tenth of the way, and no later than so long
// after the one before where nobody knows how long the way is.
const LINE_STEPS = 10;
const LINE_MS = 10_000;
const LINE_COLUMNS = 80;

/**
 * A bar on the terminal, moved by hand: Python's `tqdm(total=…)`.
 *
 * It shows the share that is done, the count, the time so far and the time to go, and the speed,
 * where what was lately counts most. Several bars stand below each other, and what `print()` writes
 * stands above them. The terminal is written at most ten times a second. Where standard error is no
 * terminal, nothing is shown.
 *
 * `count` is how far it has come, `total` how far it goes, or null where nobody knows. Members
 * never block. Bars of several threads take turns: those of one thread are drawn at a time.
 *
 * @example
 * ```ts
 * import { ProgressBar } from 'heddle/progress';
 * const bar = new ProgressBar({ total: 3, label: 'copy', unit: ' files' });
 * for (const file of ['a', 'b', 'c']) {
 *   if (file !== '') bar.update();
 * }
 * bar.close();
 * ```
 */
export class ProgressBar implements Disposable {
  readonly #settings: Settings;
  readonly #screen: Screen;
  readonly #drawn: Drawable;
  readonly #speed: Speed;
  readonly #isLeft: boolean;
  #count = 0;
  #isClosed = false;
  #said = 0;
  #saidMs: number;

  /**
   * Shows the bar, at 0.
   *
   * @param options what it shows, and where
   * @throws {TypeError} if an option has the wrong type
   * @throws {RangeError} if `total` is negative
   */
  constructor(options: ProgressOptions = {}) {
    const settings = settingsOf(options);
    this.#settings = settings;
    this.#screen = screenOf(settings.stream);
    this.#speed = new Speed(performance.now());
    this.#saidMs = performance.now();
    this.#drawn = { row: (...where) => this.#row(...where), close: () => this.close() };
    const isFirst = settings.style !== 'bar' || this.#screen.add(this.#drawn);
    this.#isLeft = settings.leave ?? isFirst;
  }

  /** How far it has come. */
  get count(): number {
    return this.#count;
  }

  /** How far it goes, or null where nobody knows. */
  get total(): number | null {
    return this.#settings.total;
  }

  /**
   * Moves the bar. After {@link close} only the count moves.
   *
   * @param n by how much; default 1
   * @throws {TypeError} if it is not a number
   */
  update(n = 1): void {
    if (typeof n !== 'number' || Number.isNaN(n)) {
      throw new TypeError(`Cannot move a bar by ${inspect(n)}: a number is wanted`);
    }
    this.#count += n;
    if (this.#isClosed || this.#settings.style === 'off') return;
    if (this.#settings.style === 'bar') this.#screen.refresh();
    else if (this.#isTimeForLine()) this.#say();
  }

  /**
   * Ends the bar: its last state stays as a line of the terminal, or nothing (`leave`). No effect
   * when it has ended.
   */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { style } = this.#settings;
    if (style === 'bar') this.#screen.remove(this.#drawn, this.#isLeft);
    // What the last line says is not said twice.
    if (style === 'lines' && (this.#said < this.#count || this.#count === 0)) this.#say();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #row(columns: number, inColour: boolean, nowMs: number): string {
    const { label, unit, total } = this.#settings;
    this.#speed.see(this.#count, nowMs);
    const overall = this.#speed.overall(this.#count, nowMs);
    const rate = this.#isClosed ? overall : (this.#speed.now() ?? overall);
    const elapsedSeconds = this.#speed.elapsedSeconds(nowMs);
    const shown = { label, unit, count: this.#count, total, elapsedSeconds, rate };
    return rowOf(shown, columns, inColour);
  }

  #isTimeForLine(): boolean {
    const { total } = this.#settings;
    if (total === null) return performance.now() - this.#saidMs >= LINE_MS;
    return stepOf(this.#count, total) > stepOf(this.#said, total);
  }

  #say(): void {
    this.#said = this.#count;
    this.#saidMs = performance.now();
    this.#screen.say(this.#row(LINE_COLUMNS, false, this.#saidMs));
  }
}

function stepOf(count: number, total: number): number {
  return Math.floor((count / total) * LINE_STEPS);
}
