// Each program of examples/ runs, and prints what it says; those of the text, what Python's print.
// The tour looks at their times (test/programs/tour.test.ts).
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { runProgram } from '../support/run.ts';

const FOLDER = new URL('../../examples/', import.meta.url);
const LIMIT_MS = 60_000;
const HAS_USING = Number.parseInt(process.versions.node, 10) >= 24;

interface Example {
  /** What it prints, line by line or as a whole. */
  readonly prints: readonly (string | RegExp)[] | RegExp;
  /** Its threads run side by side: the lines are sorted before they are compared. */
  readonly isUnordered?: boolean;
  readonly scale?: number;
  readonly input?: string;
  readonly skip?: string | false;
}

const EXAMPLES: Readonly<Record<string, Example>> = {
  's04-threads-666': { prints: ['666', '666', '666'] },
  's04b-daemon-and-join-timeout': {
    scale: 1,
    prints: [
      /^(0\.[3-9]|[1-9]\d*\.\d) join\(0\.3\) returned, A alive: true$/,
      /^\d+\.\d A finished$/,
      /^\d+\.\d join\(\) returned, A alive: false$/,
      /^\d+\.\d main ends without waiting for daemon B$/,
    ],
  },
  's05-rlock-counter': { prints: Array.from({ length: 10 }, (_, i) => String(i + 1)) },
  's06-event-gate': {
    // The prompt has no line end: it stands before a line of one of the threads.
    prints: [...repeat(10, /^(input: )?execute$/), ...repeat(10, /^(input: )?start$/)],
    isUnordered: true,
    input: 'true\n',
  },
  's07-two-processes': { prints: ['end', '11', '11'] },
  's07b-two-processes-daemon': { prints: ['11', 'end'] },
  's08a-processes-do-not-share': {
    prints: Array.from({ length: 10 }, (_, i) => `say hi [ ${i} ]`),
    isUnordered: true,
  },
  's08b-threads-share': {
    // As console.log shows arrays: long ones in several lines.
    prints: /^(say hi \[(\s+\d,?)+\s\]\n){10}$/,
  },
  's09a-manager-dict': {
    prints: ['0 100', '0 100', '1 101', 'Map(2) { 0 => 100, 1 => 101 }'],
  },
  's09b-plain-dict': { prints: ['0 100', '1 101', '{}'] },
  's10a-pool-apply-async': {
    prints: [
      ...repeat(30, '666666666666'),
      ...Array.from({ length: 30 }, (_, i) => String(i)),
    ].toSorted(),
    isUnordered: true,
  },
  's10b-pool-apply-serial': { prints: [0, 1, 2, 3].flatMap((i) => [`${i}`, '666666666666']) },
  's10c-pool-callback': {
    prints: [
      ...Array.from({ length: 10 }, (_, i) => `callback ${100 + i} in parent: true`),
      'end',
      'get -> 101',
    ],
    isUnordered: true,
  },
  's10d-pool-missing-comma': {
    prints: Array.from({ length: 10 }, (_, i) => [
      `told at once: Cannot run a task as its args are ${i}, not an array`,
      '666666666666',
    ]).flat(),
  },
  's10e-threadpool-low': {
    prints: Array.from({ length: 100 }, (_, i) => String(i)).toSorted(),
    isUnordered: true,
  },
  's10f-threadpool-reuse': {
    prints: [
      ...Array.from({ length: 30 }, (_, i) => new RegExp(`^${i} pool-\\d$`)).toSorted(bySource),
      /^threads made: ([1-9]|10) tasks: 30 failed: \[ 'RangeError: Seven' \] sum: 8506$/,
    ],
    isUnordered: true,
  },
  'parallel-primes': {
    prints: [
      '348513 primes below 5000000',
      '348513 found by 4 threads',
      /^\d+ ms alone, \d+ ms together, on \d+ processors$/,
    ],
  },
  'lock-guard': {
    prints: [
      'deposits: 150',
      'withdraw: 120 taken',
      'withdraw: 120 is more than there is',
      'at once: false',
      'within 0.2 s: false',
      'in the end: true',
    ],
    skip: HAS_USING ? false : '`using` needs Node 24',
  },
  deadlock: {
    prints: [
      'in the circle: 5 philosophers and as many forks',
      '4 ate; 1 did not:',
      /^Cannot wait for RLock "fork \d" as that would never end: \w+ waits for RLock "fork \d" h/,
      ...repeat(4, /^ {2}which waits for RLock "fork \d" held by \w+,?$/),
      'Take locks in the same order in every thread, or wait with a timeout',
    ],
  },
  gil: {
    prints: [
      'the GIL is off',
      /^ {2}[1-9]\d* of 2000000 additions lost$/,
      /^ {2}2 searches in \d+\.\d\d s, one in \d+\.\d\d s: \d+\.\d at a time$/,
      'the GIL is on',
      /^ {2}0 of 2000000 additions lost$/,
      /^ {2}2 searches in \d+\.\d\d s, one in \d+\.\d\d s: \d+\.\d at a time$/,
      /^on \d+ processors$/,
    ],
  },
  states: {
    prints: [
      'a thread',
      'initial: not started yet',
      'running: seen',
      'ready: seen',
      'waiting: seen',
      'it waits for Lock "door" held by MainThread',
      'Thread "visitor" (…): waiting for Lock "door" held by MainThread',
      'terminated: its target is through',
      'a process',
      'initial: not started yet',
      'running: seen',
      'ready: seen',
      'waiting: seen',
      'terminated: it was killed, exit code -9',
    ],
    skip: process.platform === 'linux' ? false : 'only Linux tells ready from running',
  },
  isolation: {
    prints: [
      'a process counted in memory of its own, here it is still 0',
      'a thread counted in the memory that threads share, here it is 1',
      'a process crashed, exit code -11',
      'an error ended a thread: RangeError: Too far',
      'a thread crashed and took its whole process along, exit code -11',
      'this process never noticed',
    ],
  },
  'async-target': {
    scale: 1,
    prints: [
      'ended within 10 ms: false',
      'ended: true',
      'result: <warp><weft><heddle>',
      'the event loop went on: true',
    ],
  },
  'except-hook': {
    prints: ['hook: bad ended by a SyntaxError', 'good: { shuttle: 1 }', 'bad: SyntaxError true'],
  },
  terminate: {
    prints: [
      'polite: cleaned up, and stopped',
      'deaf ended: true terminated',
      /^Cannot give the result of thread "Thread-2 \(deaf\)" as it was terminated/,
    ],
  },
};

for (const [name, example] of Object.entries(EXAMPLES)) {
  const { scale = 0.2, prints, input = '', isUnordered = false, skip = false } = example;
  test(`examples: ${name} prints what it says`, { skip }, async () => {
    const env = { HEDDLE_EXAMPLE_SCALE: String(scale) };
    const url = new URL(`${name}.ts`, FOLDER);
    const { code, stdout, stderr } = await runProgram(url, { env, input, limitMs: LIMIT_MS });
    assert.equal(stderr, '');
    assert.equal(code, 0);
    if (prints instanceof RegExp) return assert.match(stdout, prints);
    const printed = stdout.trimEnd().split('\n');
    return matchLines(isUnordered ? printed.toSorted() : printed, prints, stdout);
  });
}

test('examples: each of them is tested here', () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.ts') && file !== 'pace.ts');
  assert.deepEqual(
    files.toSorted(),
    Object.keys(EXAMPLES)
      .map((name) => `${name}.ts`)
      .toSorted(),
  );
});

test('examples: a scale that is none is an error', async () => {
  for (const scale of ['fast', '0', '-1']) {
    const env = { HEDDLE_EXAMPLE_SCALE: scale };
    const { code, stderr } = await runProgram(new URL('pace.ts', FOLDER), { env });
    assert.equal(code, 1);
    assert.match(stderr, /RangeError: Cannot scale seconds by HEDDLE_EXAMPLE_SCALE=/);
  }
});

// As the lines are sorted that they match: a space comes before a digit.
function bySource(a: RegExp, b: RegExp): number {
  return a.source.slice(1) < b.source.slice(1) ? -1 : 1;
}

function matchLines(
  lines: readonly string[],
  wanted: readonly (string | RegExp)[],
  all: string,
): void {
  assert.equal(lines.length, wanted.length, all);
  for (const [i, want] of wanted.entries()) {
    if (typeof want === 'string') assert.equal(lines[i], want, all);
    else assert.match(lines[i] ?? '', want, all);
  }
}

function repeat<T>(times: number, value: T): T[] {
  return Array.from({ length: times }, () => value);
}
