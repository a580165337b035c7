// Checks of what a program did against what the text says: lines, their order and their times.
//
// Threads begin when the machine has time for them, so a late line proves nothing. The checks rest
// on what no delay can bring about: a line that is too early, in the wrong place, missing, or there
// twice.
import { count, printed } from './transcript.ts';
import type { Entry, Ran } from './transcript.ts';

// What part of the time between the first and the last turn must be seen.
const LEAST_SPAN = 0.75;

/** Whether it was seen, and what was. */
export interface Verdict {
  readonly seen: boolean;
  readonly found: string;
}

/** Looks at a run. */
export type Check = (ran: Ran) => Verdict;

/** The line was printed so often, no more and no less. */
export function printsTimes(text: string, times: number): Check {
  return ({ entries }) => {
    const found = count(entries, text);
    return { seen: found === times, found: timesInWords(found) };
  };
}

/** These lines were printed, in this order, and no others. */
export function printsExactly(lines: readonly string[]): Check {
  return ({ entries }) => {
    const found = printed(entries).map(({ text }) => text);
    const seen = found.join('\n') === lines.join('\n');
    return { seen, found: found.length === 0 ? 'nothing was printed' : found.join(' ') };
  };
}

/**
 * Lines that hold these texts were printed, one for each, in this order.
 *
 * @param after a line: only what follows it counts
 */
export function printsInOrder(texts: readonly string[], after?: string): Check {
  return ({ entries }) => {
    const all = printed(entries);
    const from = after === undefined ? 0 : all.findIndex(({ text }) => text === after) + 1;
    if (after !== undefined && from === 0) {
      return { seen: false, found: `'${after}' was not printed` };
    }
    const lines = all.slice(from);
    const places = texts.map((text) => lines.findIndex((line) => line.text.includes(text)));
    const missing = texts.find((_, i) => places[i] === -1);
    if (missing !== undefined) return { seen: false, found: `'${missing}' was not printed` };
    const early = texts.find((_, i) => i > 0 && Number(places[i]) <= Number(places[i - 1]));
    if (early !== undefined) return { seen: false, found: `'${early}' came too early` };
    return { seen: true, found: 'in this order' };
  };
}

/** No line holds the text. */
export function neverPrints(text: string): Check {
  return ({ entries }) => {
    const line = printed(entries).find((entry) => entry.text.includes(text));
    if (line === undefined) return { seen: true, found: 'it was not printed' };
    return { seen: false, found: `it was printed after ${inSeconds(line.atMs)}` };
  };
}

/** The first such line came so many seconds of the text after the program's start, or later. */
export function printsNotBefore(text: string, seconds: number): Check {
  return ({ entries, scale }) => {
    const line = printed(entries).find((entry) => entry.text === text);
    if (line === undefined) return { seen: false, found: 'it was not printed' };
    const leastMs = seconds * scale * 1000;
    if (line.atMs >= leastMs) {
      const least = inSeconds(leastMs);
      return { seen: true, found: `the first came after ${inSeconds(line.atMs)}, wanted ${least}` };
    }
    return { seen: false, found: `it came after only ${inSeconds(line.atMs)}` };
  };
}

/** All such lines came within so many seconds of the text. */
export function printsTogether(text: string, seconds: number): Check {
  return ({ entries, scale }) => {
    const times = printed(entries).flatMap((line) => (line.text === text ? [line.atMs] : []));
    const [first] = times;
    const last = times.at(-1);
    if (first === undefined || last === undefined)
      return { seen: false, found: 'none was printed' };
    const seen = times.length > 1 && last - first < seconds * scale * 1000;
    return { seen, found: `the last came ${inSeconds(last - first)} after the first` };
  };
}

/**
 * The lines came in turn, so many seconds of the text for each: the second not before two turns
 * were over, the third not before three, and not all of them at the end.
 */
export function printsInTurn(seconds: number): Check {
  return ({ entries, scale }) => {
    const lines = printed(entries);
    const early = lines.find(({ atMs }, i) => atMs < (i + 1) * seconds * scale * 1000);
    if (early !== undefined) {
      return { seen: false, found: `'${early.text}' came after only ${inSeconds(early.atMs)}` };
    }
    const [first, last] = [lines[0], lines.at(-1)];
    if (first === undefined || last === undefined)
      return { seen: false, found: 'none was printed' };
    const turnsMs = (lines.length - 1) * seconds * scale * 1000;
    // Less than all of it, as the first line may have been seen late.
    const seen = lines.length > 1 && last.atMs - first.atMs >= turnsMs * LEAST_SPAN;
    const found = `the first came after ${inSeconds(first.atMs)}`;
    return { seen, found: `${found}, the last after ${inSeconds(last.atMs)}` };
  };
}

/** The line was printed exactly so often before the answer was typed. */
export function printsBeforeAnswer(text: string, times: number): Check {
  return (ran) => comparesWithAnswer(ran, text, times, (at, answered) => at < answered);
}

/** The line was printed exactly so often after the answer was typed. */
export function printsAfterAnswer(text: string, times: number): Check {
  return (ran) => comparesWithAnswer(ran, text, times, (at, answered) => at > answered);
}

/**
 * The lists that were printed after the words are all one list, seen as it grew: each is the
 * beginning of every longer one, and the longest holds the values, in any order.
 */
export function printsGrowingList(words: string, values: readonly number[]): Check {
  return ({ entries }) => {
    const lists = listsAfter(words, entries);
    const longest = lists.reduce((most, list) => (list.length > most.length ? list : most), []);
    const found = `${lists.length} lists, the longest [${longest.join(', ')}]`;
    const stranger = lists.find((list) => list.some((value, i) => value !== longest[i]));
    if (stranger !== undefined) {
      return { seen: false, found: `${found}, which does not begin with [${stranger.join(', ')}]` };
    }
    const isWhole = longest.toSorted((a, b) => a - b).join() === values.join();
    return { seen: isWhole && lists.length === values.length, found };
  };
}

/** The lists that were printed after the words hold one value each, all of these together. */
export function printsOwnLists(words: string, values: readonly number[]): Check {
  return ({ entries }) => {
    const lists = listsAfter(words, entries);
    const shared = lists.find((list) => list.length !== 1);
    if (shared !== undefined) return { seen: false, found: `one list is [${shared.join(', ')}]` };
    const found = lists.flat().toSorted((a, b) => a - b);
    return { seen: found.join() === values.join(), found: `lists of one: ${found.join(', ')}` };
  };
}

/**
 * Of the lines that begin with a number, there is one for each from 0 to below the count.
 *
 * @param but a line that does not count
 */
export function printsNumbers(many: number, but?: string): Check {
  return ({ entries }) => {
    const lines = numbered(entries).filter(({ text }) => text !== but);
    const numbers = lines.map(({ text }) => Number.parseInt(text, 10));
    const found = new Set(numbers);
    const all = Array.from({ length: many }, (_, i) => i);
    const missing = all.filter((number) => !found.has(number));
    if (missing.length > 0) return { seen: false, found: `not printed: ${missing.join(', ')}` };
    return { seen: numbers.length === many, found: `${numbers.length} lines` };
  };
}

/** Of the lines that begin with a number, no more came in any time than so many at once allow. */
export function printsInBatches(size: number, seconds: number): Check {
  return ({ entries, scale }) => {
    const lines = numbered(entries);
    const turnsMs = (i: number): number => (Math.floor(i / size) + 1) * seconds * scale * 1000;
    const early = lines.find(({ atMs }, i) => atMs < turnsMs(i));
    if (early !== undefined) {
      return { seen: false, found: `'${early.text}' came after only ${inSeconds(early.atMs)}` };
    }
    const last = lines.at(-1);
    if (last === undefined) return { seen: false, found: 'none was printed' };
    const leastMs = turnsMs(lines.length - 1);
    const found = `the last came after ${inSeconds(last.atMs)}, wanted ${inSeconds(leastMs)}`;
    return { seen: true, found };
  };
}

/** The program ended by itself, and well. */
export function endsWell(): Check {
  return ({ code, signal, endMs, stopped }) => {
    if (stopped !== null) return { seen: false, found: stopped };
    const found = `it ended with ${signal ?? `exit code ${code}`} after ${inSeconds(endMs)}`;
    return { seen: code === 0, found };
  };
}

/** Milliseconds as the tour shows them. */
export function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

// By their place among the entries rather than by time: two of them may have the same.
function comparesWithAnswer(
  { entries }: Ran,
  text: string,
  times: number,
  isCounted: (at: number, answered: number) => boolean,
): Verdict {
  const answered = entries.findIndex(({ kind }) => kind === 'typed');
  if (answered === -1) return { seen: false, found: 'nothing was typed' };
  const found = count(
    entries.filter((_, at) => isCounted(at, answered)),
    text,
  );
  return { seen: found === times, found: timesInWords(found) };
}

// A list may be shown in several lines, which are never mixed with those of other threads.
function listsAfter(words: string, entries: readonly Entry[]): number[][] {
  const all = printed(entries)
    .map(({ text }) => text)
    .join(' ');
  return all.split(words).flatMap((part) => {
    const inside = /^\s*\[([^\]]*)\]/.exec(part)?.[1];
    return inside === undefined ? [] : [(inside.match(/\d+/g) ?? []).map(Number)];
  });
}

function numbered(entries: readonly Entry[]): Entry[] {
  return printed(entries).filter(({ text }) => /^\d+\b/.test(text));
}

function timesInWords(times: number): string {
  if (times === 0) return 'not printed';
  return times === 1 ? 'printed once' : `printed ${times} times`;
}
