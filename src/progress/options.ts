// What a bar can be told, and what it makes of that.
import { inspect } from 'node:util';

/** Where bars are drawn: `process.stderr`, or anything that can be written to as a terminal can. */
export interface ProgressStream {
  write(text: string): unknown;
  /** Whether it can take rows back. */
  readonly isTTY?: boolean | undefined;
  /** The width, where it is known. */
  readonly columns?: number | undefined;
  hasColors?(): boolean;
}

/** What a bar shows, and where; every member has a default. */
export interface ProgressOptions {
  /**
   * How many there will be, or null where nobody knows; default: the `length` or `size` of what is
   * walked through.
   */
  total?: number | null | undefined;
  /** Stands before the bar. */
  label?: string | undefined;
  /** What is counted, after the speed; default 'it', as items. */
  unit?: string | undefined;
  /**
   * `'bar'` draws in place; `'lines'` writes a line at each tenth of the way, for what cannot take
   * rows back; `'off'` shows nothing. Default: a bar on a terminal, unless the environment says
   * `CI` or that it is a dumb one; lines elsewhere.
   */
  style?: 'bar' | 'lines' | 'off' | undefined;
  /**
   * Whether the last state of the bar stays, as a line; default: yes, but not that of a bar that
   * began while another one was drawn, such as that of an inner loop.
   */
  leave?: boolean | undefined;
  /** Default: standard error. */
  stream?: ProgressStream | undefined;
}

/** The options, checked, with their defaults; `leave` is null where it depends on other bars. */
export interface Settings {
  readonly total: number | null;
  readonly label: string;
  readonly unit: string;
  readonly style: 'bar' | 'lines' | 'off';
  readonly leave: boolean | null;
  /** Null: standard error, as all threads share it. */
  readonly stream: ProgressStream | null;
}

const STYLES: readonly unknown[] = ['bar', 'lines', 'off'];

/** Checks the options. */
export function settingsOf(options: ProgressOptions): Settings {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `Cannot draw a bar with ${inspect(options)} as an object of options is wanted\n` +
        'Write { total: 100 }',
    );
  }
  const { total = null, label = '', unit = 'it', style, leave = null, stream = null } = options;
  if (total !== null && typeof total !== 'number') refuse('total', total, 'a number or null');
  if (total !== null && !(total >= 0)) {
    throw new RangeError(`Cannot draw a bar as its total is ${total}: it is 0 or more`);
  }
  if (typeof label !== 'string') refuse('label', label, 'a string');
  if (typeof unit !== 'string') refuse('unit', unit, 'a string');
  if (style !== undefined && !STYLES.includes(style)) {
    refuse('style', style, "'bar', 'lines' or 'off'");
  }
  if (leave !== null && typeof leave !== 'boolean') refuse('leave', leave, 'true or false');
  if (stream !== null && typeof stream.write !== 'function') {
    refuse('stream', stream, 'one that has write()');
  }
  const isEndless = total === Infinity;
  return {
    total: isEndless ? null : total,
    label,
    unit,
    style: style ?? usualStyle(stream ?? process.stderr),
    leave,
    stream,
  };
}

function usualStyle({ isTTY }: ProgressStream): Settings['style'] {
  const { CI = '', TERM = '' } = process.env;
  return isTTY === true && CI === '' && TERM !== 'dumb' ? 'bar' : 'lines';
}

function refuse(name: string, found: unknown, wanted: string): never {
  throw new TypeError(`Cannot draw a bar as its ${name} is ${String(found)}: it is ${wanted}`);
}
