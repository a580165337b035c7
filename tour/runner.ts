// Runs a program of the tour in a process of its own, and writes down what it says, and when.
//
// It stays in the tour's process group, so that Ctrl-C, or whoever ends the tour, ends it too.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LineReader } from './transcript.ts';
import type { Entry, Ran } from './transcript.ts';
import type { Program, Question } from './section.ts';

/** The folder of the repository. */
export const ROOT: string = dirname(import.meta.dirname);

// A program that takes so much longer than it should does not end at all. Ten processes that start
// at once on a busy machine of two processors were seen to take 30 s.
const LIMIT_MS = 90_000;
const LIMIT_FACTOR = 3;
// How long the tour shows that a wrong answer has no effect.
const FUTILE_MS = 2000;

/** How to run a program. */
export interface RunOptions {
  /** How many real seconds a second of the text takes. */
  readonly scale: number;
  /** Called for each entry, as it comes. */
  readonly onEntry?: (entry: Entry) => void;
  /** Gives what the user types, null for nothing more. Default: the answer of the text. */
  readonly ask?: (question: Question) => Promise<string | null>;
  /** Default: 90 s above three times what the program should take. */
  readonly limitMs?: number;
}

/**
 * Flags for Node: programs run as the tour itself does, from src under a condition, or from dist.
 */
export function conditions(): string[] {
  return process.execArgv.filter((flag) => flag.startsWith('--conditions='));
}

/** Runs a program to its end, or stops it at its limit. */
export async function run(program: Program, options: RunOptions): Promise<Ran> {
  return new Run(program, options).end();
}

class Run {
  readonly #program: Program;
  readonly #options: RunOptions;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #startedMs = performance.now();
  readonly #entries: Entry[] = [];
  #limit: NodeJS.Timeout | undefined;
  #stopped: string | null = null;
  #isAnswered = false;

  constructor(program: Program, options: RunOptions) {
    this.#program = program;
    this.#options = options;
    this.#child = spawn(process.execPath, [...conditions(), resolve(ROOT, program.file)], {
      cwd: ROOT,
      env: {
        // Each of its processes would compile our TypeScript afresh, which takes it a second.
        NODE_COMPILE_CACHE: resolve(ROOT, 'node_modules/.cache/compiled'),
        ...process.env,
        HEDDLE_EXAMPLE_SCALE: String(options.scale),
      },
    });
  }

  async end(): Promise<Ran> {
    const child = this.#child;
    const kill = (): void => void child.kill('SIGKILL');
    process.on('exit', kill);
    child.stdin.on('error', () => {}); // it may end before it has read everything
    this.#read('out');
    this.#read('err');
    if (this.#program.question === undefined) child.stdin.end();
    this.#armLimit();
    const closed = once(child, 'close');
    await once(child, 'exit');
    const endMs = this.#now();
    await closed;
    clearTimeout(this.#limit);
    process.off('exit', kill);
    return {
      entries: this.#entries,
      scale: this.#options.scale,
      code: child.exitCode,
      signal: child.signalCode,
      endMs,
      stopped: this.#stopped,
    };
  }

  #now(): number {
    return performance.now() - this.#startedMs;
  }

  #read(kind: 'out' | 'err'): void {
    const stream = kind === 'out' ? this.#child.stdout : this.#child.stderr;
    const prompt = kind === 'out' ? this.#program.question?.prompt : undefined;
    const reader = new LineReader(kind, prompt, (...entry) => this.#add(...entry));
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => reader.read(chunk));
    stream.on('end', () => reader.end());
  }

  #add(kind: Entry['kind'], text: string): void {
    const entry = { kind, text, atMs: this.#now() };
    this.#entries.push(entry);
    this.#options.onEntry?.(entry);
    this.#answerIfReady();
  }

  #answerIfReady(): void {
    const { question } = this.#program;
    if (question === undefined || this.#isAnswered || this.#stopped !== null) return;
    if (!this.#entries.some(({ kind }) => kind === 'prompt')) return;
    if (!question.isReady(this.#entries)) return;
    this.#isAnswered = true;
    this.#answer(question).catch((error: unknown) =>
      this.#stop(`the tour failed: ${String(error)}`),
    );
  }

  // A person may take any time, so the limit begins anew afterwards.
  async #answer(question: Question): Promise<void> {
    clearTimeout(this.#limit);
    const { ask = typist(this.#options.scale) } = this.#options;
    const answer = await ask(question);
    this.#armLimit();
    if (answer !== null) this.#add('typed', answer);
    this.#child.stdin.end(answer === null ? '' : `${answer}\n`);
    if (answer === question.answer) return;
    await delay(FUTILE_MS);
    this.#stop('it was stopped, as it would have waited for ever');
  }

  #armLimit(): void {
    const { limitMs = this.#usualLimitMs() } = this.#options;
    const reason = `it had not ended after ${limitMs / 1000} s, and was stopped`;
    this.#limit = setTimeout(() => this.#stop(reason), limitMs);
  }

  #usualLimitMs(): number {
    return LIMIT_MS + LIMIT_FACTOR * this.#program.seconds * this.#options.scale * 1000;
  }

  #stop(reason: string): void {
    this.#stopped ??= reason;
    const { stdout, stderr } = this.#child;
    this.#child.kill('SIGKILL');
    // A process that it started could hold them open.
    stdout.destroy();
    stderr.destroy();
  }
}

// Types what the text has the user type.
function typist(scale: number): (question: Question) => Promise<string> {
  return ({ answer, thinkSeconds }) => delay(thinkSeconds * scale * 1000, answer);
}
