// The guided tour: the sections of the text on real threads, and whether what must be seen was.
//
//   node --conditions=heddle:source tour/index.ts [NUMBER…] [--full] [--help]
//
// Exit code 0 when all was seen, 1 when not, 2 for an argument that does not exist.
import { constants } from 'node:os';
import { readArguments, type Wish } from './arguments.ts';
import { askUser } from './ask.ts';
import { run } from './runner.ts';
import { SECTIONS } from './sections/index.ts';
import type { Program, Section } from './section.ts';
import * as show from './show.ts';
import type { Ran } from './transcript.ts';

// Five seconds are long enough to believe at one.
const SHORT_SCALE = 0.2;

const isInteractive = process.stdin.isTTY && process.stdout.isTTY;

// What the tour started ends with it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => process.exit(128 + constants.signals[signal]));
}

// Nobody reads on, as after `| head`.
process.stdout.on('error', () => process.exit(1));

process.exitCode = await main(process.argv.slice(2));

async function main(given: readonly string[]): Promise<number> {
  let wish: Wish;
  try {
    const known = SECTIONS.map(({ number }) => number);
    wish = readArguments(given, known);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    console.error(error.message);
    return 2;
  }
  if (wish.isHelp) {
    show.showUsage(SECTIONS);
    return 0;
  }
  return (await tour(wish)) ? 0 : 1;
}

async function tour({ numbers, isFull }: Wish): Promise<boolean> {
  const scale = isFull ? 1 : SHORT_SCALE;
  const wanted = SECTIONS.filter(({ number }) => numbers.length === 0 || numbers.includes(number));
  const shown: show.Shown[] = [];
  show.showBeginning(scale);
  for (const section of wanted) {
    show.showSection(section);
    for (const program of section.programs) shown.push(await visit(section, program, scale));
  }
  return show.showTable(shown);
}

async function visit(section: Section, program: Program, wished: number): Promise<show.Shown> {
  const scale = program.isShortened === false ? 1 : wished;
  show.showProgram(program, scale);
  const ran = await runUntilAnswered(program, scale);
  const seen = show.showVerdicts(ran, program.expectations);
  return { section: section.number, file: program.file, seen, endMs: ran.endMs };
}

// A user who types something else sees what comes of it, and may try again.
async function runUntilAnswered(program: Program, scale: number): Promise<Ran> {
  for (;;) {
    const ask = isInteractive ? { ask: askUser } : {};
    const ran = await run(program, { scale, onEntry: show.showEntry, ...ask });
    const typed = ran.entries.find(({ kind }) => kind === 'typed');
    const { question } = program;
    if (question === undefined || typed === undefined || typed.text === question.answer) return ran;
    show.say(`   ${question.otherwise} Once more:`);
  }
}
