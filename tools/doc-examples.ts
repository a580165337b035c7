// Type-checks and runs the examples of our documents: each block fenced as ```ts in the README, in
// docs/, and under an @example of a doc comment. One that is fenced as ```ts no-run is only
// checked, for what needs a terminal, another machine or a package that we do not have.
//
//   npm run docs:examples [-- WORD]     WORD: only examples whose file has it in its path
//
// An example is a whole program, as the reader would paste it.
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../test/support/run.ts';
import { isProgram, lineAt, readSources, REPOSITORY, type Source } from './sources.ts';
import { tsc } from './tsc.ts';

const LIMIT_MS = 20_000;
const MOST_LINES_SHOWN = 20;
const DOCUMENTS = ['README.md', 'docs/*.md', 'docs/!(api)/**/*.md'];

/** A block of code, and where it begins. */
export interface Example {
  readonly path: string;
  /** The line of its first line of code, from 1. */
  readonly line: number;
  readonly code: string;
  readonly runs: boolean;
}

/** Why an example is wrong. */
export interface Failure {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

if (isProgram(import.meta)) process.exitCode = await main(process.argv[2] ?? '');

async function main(word: string): Promise<number> {
  // Each of them would compile our TypeScript afresh, which takes it a second.
  process.env['NODE_COMPILE_CACHE'] ??= join(REPOSITORY, 'node_modules/.cache/compiled');
  const documents = globSync(DOCUMENTS, { cwd: REPOSITORY }).toSorted();
  const examples = [
    ...documents.flatMap((path) =>
      examplesOfText(path, readFileSync(join(REPOSITORY, path), 'utf8')),
    ),
    ...readSources('src').flatMap(examplesOfSource),
  ].filter(({ path }) => path.includes(word));
  const failures = await tryExamples(examples);
  for (const { path, line, what } of failures) console.error(`${path}:${line}: ${what}`);
  const run = examples.filter(({ runs }) => runs).length;
  const counts = `${examples.length} examples checked, ${run} of them run`;
  console.log(`${counts}, ${failures.length} failures`);
  return failures.length > 0 ? 1 : 0;
}

/** The blocks of a document in Markdown; `firstLine` is the number of the text's first line. */
export function examplesOfText(path: string, text: string, firstLine = 1): Example[] {
  const examples: Example[] = [];
  let open: { flags: string; line: number; code: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const [, fence] = /^ {0,3}```(.*)$/.exec(line) ?? [];
    if (open === undefined && fence !== undefined) {
      open = { flags: fence.trim(), line: firstLine + index + 1, code: [] };
    } else if (open !== undefined && fence !== undefined) {
      const [language, ...flags] = open.flags.split(/\s+/);
      const example = { path, line: open.line, code: `${open.code.join('\n')}\n` };
      if (language === 'ts') examples.push({ ...example, runs: !flags.includes('no-run') });
      open = undefined;
    } else {
      open?.code.push(line);
    }
  }
  return examples;
}

/** The blocks under an @example of the source's doc comments. */
export function examplesOfSource(source: Source): Example[] {
  return source.comments.flatMap(({ type, value, start }) => {
    if (type !== 'Block' || !value.startsWith('*')) return [];
    let isExample = false;
    const lines = value.split('\n').map((line) => {
      const text = line.replace(/^\s*\* ?/, '');
      const [, tag] = /^@(\w+)/.exec(text) ?? [];
      if (tag !== undefined) isExample = tag === 'example';
      return isExample ? text : '';
    });
    return examplesOfText(source.path, lines.join('\n'), lineAt(source, start));
  });
}

/** Type-checks all of them, and runs those that compile and are to run. */
export async function tryExamples(examples: readonly Example[]): Promise<Failure[]> {
  if (examples.length === 0) return [];
  const rejected = typeCheck(examples);
  const good = examples.filter((example) => !rejected.some((one) => one.example === example));
  return [...rejected, ...(await runAll(good))].map(({ example, offset, what }) => ({
    path: example.path,
    line: example.line + offset,
    what,
  }));
}

interface Rejected {
  readonly example: Example;
  /** Lines from the first one of its code. */
  readonly offset: number;
  readonly what: string;
}

// One run of the compiler over all of them, each a module of its own.
function typeCheck(examples: readonly Example[]): Rejected[] {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-examples-'));
  try {
    writeProject(folder, examples);
    return tsc(folder, '-p', '.')
      .output.split('\n')
      .flatMap((line) => {
        const [, index, row, what] = /^example-(\d+)\.ts\((\d+),\d+\): (.*)$/.exec(line) ?? [];
        const example = examples[Number(index)];
        if (example === undefined || what === undefined) return [];
        return [{ example, offset: Number(row) - 1, what }];
      });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeProject(folder: string, examples: readonly Example[]): void {
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(REPOSITORY, join(folder, 'node_modules', 'heddle'), 'junction');
  const types = join('node_modules', '@types');
  symlinkSync(join(REPOSITORY, types), join(folder, types), 'junction');
  for (const [index, { code }] of examples.entries()) {
    writeFileSync(join(folder, `example-${index}.ts`), code);
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const lenient = { noUnusedLocals: false, noUnusedParameters: false, isolatedDeclarations: false };
  const project = {
    extends: join(REPOSITORY, 'tsconfig.json'),
    compilerOptions: { ...lenient, declaration: false, rootDir: '/' },
    include: ['example-*.ts'],
    exclude: [],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project));
}

async function runAll(examples: readonly Example[]): Promise<Rejected[]> {
  const failures: Rejected[] = [];
  const waiting = examples.filter(({ runs }) => runs);
  const runSome = async (): Promise<void> => {
    for (let example = waiting.shift(); example !== undefined; example = waiting.shift()) {
      const what = await runOne(example);
      if (what !== null) failures.push({ example, offset: 0, what });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, runSome));
  return failures;
}

async function runOne({ code }: Example): Promise<string | null> {
  const ran = await runProgram(code, { limitMs: LIMIT_MS });
  if (ran.code === 0 && !ran.timedOut) return null;
  const end = ran.timedOut
    ? `did not end in ${LIMIT_MS} ms`
    : `ended with ${ran.signal ?? ran.code}`;
  const said = ran.lines.slice(-MOST_LINES_SHOWN).map(({ text }) => `  ${text}\n`);
  return `${end}\n${said.join('')}`;
}
