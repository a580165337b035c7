// Runs a whole program in a process of its own, as a user would, and tells what it did and when.
//
// The program is written to a folder of its own, outside the repository, whose node_modules links
// to us, so it imports 'heddle/threading' by name. It runs from src, or from dist under
// HEDDLE_TEST_DIST=1. At the time limit its whole process group is killed; the watchdog kills it
// when the test process itself dies first.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guardGroup, releaseGroup } from './watchdog.ts';

const REPOSITORY: string = fileURLToPath(new URL('../..', import.meta.url));
const DEFAULT_LIMIT_MS = 45_000; // below the watchdog's, so that the program's output is still seen
// What of our node_modules a program can import, apart from heddle and what heddle itself imports.
const LINKED_PACKAGES = ['tsx', '@types'];

/** How the source reaches Node: as a file of this kind, as `--eval`, or on standard input. */
export type ProgramKind = 'ts' | 'mts' | 'cts' | 'mjs' | 'cjs' | 'eval' | 'stdin';

/** How to run a program; every member has a default. */
export interface RunOptions {
  /** Default 'ts' for a source; a URL runs where it is. */
  kind?: ProgramKind;
  /** Further files beside a source text, by path relative to it. */
  files?: Readonly<Record<string, string>>;
  /** Flags for Node, e.g. `['--import', 'tsx']`. */
  flags?: readonly string[];
  args?: readonly string[];
  /** Added to our own environment; undefined removes. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Standard input, which then ends. Default: empty. */
  input?: string;
  limitMs?: number;
}

/** A line that a program printed, without its line end. */
export interface Line {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
  /** Since the program was started. */
  readonly atMs: number;
}

/** What a program did. */
export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams, in order of arrival. */
  readonly lines: readonly Line[];
  /** From its start to its end; those of its children that outlive it may print on after that. */
  readonly ms: number;
  /** The time limit was reached and the process group killed. */
  readonly timedOut: boolean;
}

/** Runs `program`, a source text or the URL of a file, to its end. */
export function runProgram(program: string | URL, options: RunOptions = {}): Promise<Ran> {
  const running = startProgram(program, options);
  if (options.kind !== 'stdin') running.endInput(options.input);
  return running.end;
}

/** Starts `program` and leaves its standard input open. */
export function startProgram(program: string | URL, options: RunOptions = {}): RunningProgram {
  const folder = typeof program === 'string' ? makeFolder() : null;
  for (const [path, text] of Object.entries(options.files ?? {})) writeInto(folder, path, text);
  const child = spawn(process.execPath, commandLine(program, options, folder), {
    cwd: folder ?? REPOSITORY,
    env: environment(options.env),
    detached: true, // a process group of its own, which can be killed as one
  });
  if (options.kind === 'stdin') child.stdin.end(String(program));
  return new RunningProgram(child, options.limitMs ?? DEFAULT_LIMIT_MS, () => {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  });
}

/** A program between its start and its end. */
export class RunningProgram {
  readonly pid: number;
  /** Settles when the program has ended and nobody holds its output streams open any more. */
  readonly end: Promise<Ran>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #startedMs = performance.now();
  readonly #lines: Line[] = [];
  readonly #text: { stdout: string; stderr: string } = { stdout: '', stderr: '' };
  #watchers: (() => void)[] = [];
  #timedOut = false;
  #closed = false;

  constructor(child: ChildProcessWithoutNullStreams, limitMs: number, cleanUp: () => void) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    guardGroup(this.pid);
    child.stdin.on('error', () => {}); // it may end before it has read everything
    this.#read('stdout');
    this.#read('stderr');
    this.end = this.#untilEnd(limitMs).finally(cleanUp);
  }

  /**
   * The first line, past or to come, that contains `what`; rejects when the program ends without.
   */
  async line(what: string | RegExp): Promise<Line> {
    const matches = (line: Line): boolean =>
      typeof what === 'string' ? line.text.includes(what) : what.test(line.text);
    for (;;) {
      const found = this.#lines.find(matches);
      if (found !== undefined) return found;
      if (this.#closed) {
        throw new Error(`The program ended without printing ${String(what)}\n${this.#both()}`);
      }
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }

  write(text: string): void {
    this.#child.stdin.write(text);
  }

  endInput(text = ''): void {
    this.#child.stdin.end(text);
  }

  /** Sends `signal` to the program alone, not to its children. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.#child.kill(signal);
  }

  #read(stream: 'stdout' | 'stderr'): void {
    let rest = '';
    const source = this.#child[stream].setEncoding('utf8');
    const add = (text: string): void => {
      this.#lines.push({ stream, text, atMs: performance.now() - this.#startedMs });
    };
    source.on('data', (chunk: string) => {
      this.#text[stream] += chunk;
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) add(part);
      this.#wake();
    });
    source.on('end', () => {
      if (rest !== '') add(rest);
    });
  }

  async #untilEnd(limitMs: number): Promise<Ran> {
    const limit = setTimeout(() => {
      this.#timedOut = true;
      killGroup(this.pid);
      // One that left the group would hold them open for ever.
      this.#child.stdout.destroy();
      this.#child.stderr.destroy();
    }, limitMs);
    const closed = once(this.#child, 'close');
    await once(this.#child, 'exit');
    const ms = performance.now() - this.#startedMs;
    await closed;
    clearTimeout(limit);
    killGroup(this.pid); // what it left behind with its streams closed
    releaseGroup(this.pid);
    this.#closed = true;
    this.#wake();
    return {
      code: this.#child.exitCode,
      signal: this.#child.signalCode,
      ...this.#text,
      lines: this.#lines,
      ms,
      timedOut: this.#timedOut,
    };
  }

  #wake(): void {
    const woken = this.#watchers;
    this.#watchers = [];
    for (const resolve of woken) resolve();
  }

  #both(): string {
    return this.#lines.map((line) => `${line.stream}: ${line.text}`).join('\n');
  }
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-program-'));
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  symlinkSync(REPOSITORY, join(modules, 'heddle'), 'junction');
  for (const name of LINKED_PACKAGES) {
    symlinkSync(join(REPOSITORY, 'node_modules', name), join(modules, name), 'junction');
  }
  // A program's .ts and .js are modules, as in a package of our users.
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }\n');
  return folder;
}

function writeInto(folder: string | null, path: string, text: string): string {
  if (folder === null) throw new TypeError(`Cannot put ${path} beside a program given by its URL`);
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function commandLine(
  program: string | URL,
  options: RunOptions,
  folder: string | null,
): readonly string[] {
  const { kind = 'ts', flags = [], args = [] } = options;
  const conditions = process.env['HEDDLE_TEST_DIST'] === '1' ? [] : ['--conditions=heddle:source'];
  const before = [...conditions, ...flags];
  if (typeof program !== 'string') return [...before, fileURLToPath(program), ...args];
  if (kind === 'stdin') return [...before, '-', ...args];
  if (kind === 'eval') return [...before, '--eval', program, ...args];
  return [...before, writeInto(folder, `main.${kind}`, program), ...args];
}

function environment(added: RunOptions['env'] = {}): NodeJS.ProcessEnv {
  const all: NodeJS.ProcessEnv = { ...process.env, ...added };
  // A program under test that runs node:test must not report to our runner; colours depend on them.
  delete all['NODE_TEST_CONTEXT'];
  delete all['FORCE_COLOR'];
  for (const [name, value] of Object.entries(all)) if (value === undefined) delete all[name];
  return all;
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nobody of the group is left.
  }
}
