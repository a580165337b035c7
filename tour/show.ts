// What the tour shows on the terminal.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { styleText } from 'node:util';
import { inSeconds, type Verdict } from './checks.ts';
import { highlight } from './highlight.ts';
import { ROOT, conditions } from './runner.ts';
import type { Expectation, Program, Section } from './section.ts';
import type { Entry, Ran } from './transcript.ts';

const WIDTH = 100;

/** An expectation, and what came of it. */
export interface Seen extends Verdict {
  readonly claim: string;
}

/** A program that was run, and what was seen. */
export interface Shown {
  readonly section: number;
  readonly file: string;
  readonly seen: readonly Seen[];
  readonly endMs: number;
}

/** How the tour is called. */
export function showUsage(sections: readonly Section[]): void {
  say('npm start                the whole tour');
  say('npm start -- NUMBER…     only these sections');
  say("npm start -- --full      at the text's times, which the tour shortens otherwise");
  say('');
  for (const { number, title } of sections) say(`${String(number).padStart(4)}  ${title}`);
}

/** The tour begins. */
export function showBeginning(scale: number): void {
  say(styleText('bold', 'A tour of heddle, along the text "processes and threads"'));
  const times =
    scale === 1 ? "Times are the text's" : `A second of the text takes ${scale} s (--full: 1 s)`;
  say(`Node ${process.version}, ${availableParallelism()} processors. ${times}.`);
}

/** A section begins. */
export function showSection({ number, title, teaches }: Section): void {
  const heading = `━━ §${number} ${title} `;
  say('');
  say(styleText(['bold', 'cyan'], heading.padEnd(WIDTH, '━')));
  for (const line of teaches) say(`   ${line}`);
}

/** The source of a program, and that it begins. */
export function showProgram({ file }: Program, scale: number): void {
  const lines = readFileSync(resolve(ROOT, file), 'utf8').trimEnd().split('\n');
  say('');
  for (const [i, line] of lines.entries()) {
    const number = String(i + 1).padStart(4);
    say(`${styleText('gray', `${number} │`)} ${highlight(line)}`.trimEnd());
  }
  say('');
  const command = ['node', ...conditions(), file].join(' ');
  const times = scale === 1 ? '' : `    times × ${scale}`;
  say(`   ${styleText('bold', `$ ${command}`)}${styleText('gray', times)}`);
}

/** Something that the program said or was told. */
export function showEntry({ kind, text, atMs }: Entry): void {
  const time = styleText('gray', `${inSeconds(atMs).padStart(9)} │`);
  if (kind === 'typed') say(`${time} ${styleText('cyan', text)}${styleText('gray', '  (typed)')}`);
  else say(`${time} ${kind === 'err' ? styleText('red', text) : text}`.trimEnd());
}

/** What the text says must be seen, and whether it was. */
export function showVerdicts(ran: Ran, expectations: readonly Expectation[]): Seen[] {
  say('');
  const seen = expectations.map(({ claim, check }) => ({ claim, ...check(ran) }));
  for (const one of seen) {
    const found = styleText('gray', one.found);
    if (one.seen) say(`   ${styleText('green', '✓')} ${one.claim}: ${found}`);
    else say(`   ${styleText('red', '✗ NOT SEEN')} ${one.claim}: ${one.found}`);
  }
  return seen;
}

/** The table at the end; true when all was seen. */
export function showTable(shown: readonly Shown[]): boolean {
  const wide = Math.max(...shown.map(({ file }) => file.length));
  say('');
  say(styleText('bold', `   §  ${'program'.padEnd(wide)}  seen      time`));
  for (const { section, file, seen, endMs } of shown) {
    const good = seen.filter((one) => one.seen).length;
    const count = `${good} of ${seen.length}`.padEnd(8);
    const start = `${String(section).padStart(4)}  ${file.padEnd(wide)}`;
    const colour = good === seen.length ? 'green' : 'red';
    say(`${start}  ${styleText(colour, count)}${inSeconds(endMs).padStart(8)}`);
  }
  const all = shown.flatMap(({ seen }) => seen);
  const missing = all.filter((one) => !one.seen).length;
  say('');
  if (missing === 0) say(styleText(['bold', 'green'], 'All was seen.'));
  else say(styleText(['bold', 'red'], `Not seen: ${missing} of ${all.length}.`));
  return missing === 0;
}

/** One line. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
