// The program of a child: it waits for its letter, runs its target, and ends as the target says.
//
// The main file is not run again: functions come by reference or by value, as in threads.
import { inspect } from 'node:util';
import fs from 'node:fs';
import { RuntimeError } from '../errors/index.ts';
import {
  HEADER,
  arena,
  atomics,
  bequest,
  describeDeadlock,
  family,
  hideOurFlags,
  isClient,
  loadKinds,
  loadLate,
  mayBeCopied,
  provideOnlooker,
  removePaths,
} from '../kernel/index.ts';
import { writeWhole } from '../system/index.ts';
import { decode, importModules, rehearse, releaseBytes } from '../wire/index.ts';
import { CHANNEL, SPARE, readLetter } from './child/letter.ts';
import type { Letter } from './child/letter.ts';
import { readAsOwn } from './distant/client/adoption.ts';
import { enterProcess } from './self.ts';

const STDERR = 2;

type Task = readonly [target: (...args: unknown[]) => unknown, args: readonly unknown[]];

hideOurFlags();
nameThreadsLate();
if (process.argv[2] === SPARE) void prepare().then(begin);
else begin();

function begin(): void {
  const received = readLetter();
  // The parent ended before it had anything for this process to do.
  if (received === null) process.exit();
  const { letter, task } = received;
  process.argv.splice(1, Infinity, letter.script ?? '', ...letter.argv);
  if (letter.script === undefined) process.argv.splice(1, 1);
  process.chdir(letter.cwd);
  enterProcess(letter);
  const fail = (error: unknown): never => failAs(letter.name, error);
  const starve = (): never => fail(starved());
  process.on('exit', report);
  process.on('beforeExit', starve);
  process.on('uncaughtException', (error) => {
    // A listener of the user's own decides instead of us.
    if (process.listenerCount('uncaughtException') === 1) fail(error);
  });
  // Not at once: what runs now counts as the evaluation of a module (kernel/memory/sites.ts).
  setImmediate(() => {
    run(letter, task).then(() => process.off('beforeExit', starve), fail);
  });
}

// A target that has no threads needs nobody who knows their names, but for that. Where a loader is
// at work everything is here by now.
function nameThreadsLate(): void {
  if (atomics.load(arena.cells, HEADER.MAIN_RECORD) !== 0) return;
  provideOnlooker({
    isDoomed: () => false,
    describe: (deadlock) => {
      loadLate('#threading');
      return describeDeadlock(deadlock);
    },
  });
}

async function run({ daemon }: Letter, task: Buffer): Promise<void> {
  // Where a loader may give copies, what arrives later could not be required then.
  if (mayBeCopied || isClient()) await import('./index.ts');
  // It answers the signal that asks for a dump.
  else if (process.env['HEDDLE_DUMP'] !== undefined) loadLate('#threading');
  if (mayBeCopied && bequest() !== null) await loadKinds(family());
  if (daemon) (await loadWatch()).watchParent();
  await importModules(task);
  const [target, args] = readAsOwn(() => decode(task)) as Task;
  if (!isClient()) releaseBytes(task);
  await target(...args);
}

async function loadWatch(): Promise<typeof import('./watch.ts')> {
  if (mayBeCopied) return import('./watch.ts');
  return loadLate('#process-watch') as typeof import('./watch.ts');
}

// While nobody waits for it, what most targets need: half of what is left until their first word.
async function prepare(): Promise<void> {
  await import('./index.ts');
  try {
    if (bequest() !== null) family();
    rehearse();
  } catch {
    // Whoever meets something shared, or a function, is told then.
  }
}

function failAs(name: string, error: unknown): never {
  writeWhole(STDERR, `Process ${name}:\n${inspect(error)}\n`);
  process.exit(1);
}

function starved(): RuntimeError {
  return new RuntimeError(
    'Cannot end the process as its target awaits a promise that nothing will settle\n' +
      'Its event loop has no timer, no request and no thread left to wait for',
  );
}

// What goes with this process, and what the parent cannot ask the system for once that has ended.
function report(): void {
  removePaths();
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  try {
    fs.writeSync(CHANNEL, `${Math.round((userCPUTime + systemCPUTime) / 1000)} ${maxRSS}\n`);
  } catch {
    // The parent is not there any more.
  }
}
