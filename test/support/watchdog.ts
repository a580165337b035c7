// Kills this test process when its main thread stays blocked for too long, and says in which test.
//
// `Atomics.wait` on the main thread stops every timer in it, the test runner's own time limits
// included, so a lost wake-up would hang the run instead of failing it. A second process (dog.ts)
// hears from us ten times a second; when it hears nothing for HEDDLE_TEST_LIMIT_MS (60 s), it names
// the test and kills us, together with the programs that we started (run.ts). It does the same
// when we are still there so long after the last test: the runner would wait for ever.
//
// It is a process, not a thread, because threads are stopped early in Node's own teardown: a main
// thread that hangs there would hang unguarded.
//
// Loaded with --import, this file is also loaded by the runner, by each worker and by forked
// children. Only the main thread of a test file does anything.
//
// It also has Node keep what it has compiled: each of the thousand processes of a run would read
// our TypeScript afresh, which takes it a second.
import { spawn } from 'node:child_process';
import { enableCompileCache } from 'node:module';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

const DEFAULT_LIMIT_MS = 60_000;
const BEAT_MS = 100;
const TEST_FILE = /\.(test|stress|model)\.[cm]?[jt]s$/;

let tell: (line: string) => void = () => {};

/** Has the whole process group killed when this test process is killed, crashes or ends. */
export function guardGroup(leader: number): void {
  tell(`group ${leader}`);
}

/** Ends {@link guardGroup}. */
export function releaseGroup(leader: number): void {
  tell(`ended ${leader}`);
}

if (isTestFile()) {
  keepCompiled();
  startDog();
  // Only here: in a worker, node:test would cost time and could start a test run of its own.
  const { after, beforeEach } = await import('node:test');
  beforeEach((context) => tell(`test ${context.fullName.replaceAll(/\s+/g, ' ')}`));
  after(() => tell('over'));
}

function isTestFile(): boolean {
  const isRunner = process.execArgv.includes('--test');
  return isMainThread && !isRunner && TEST_FILE.test(process.argv[1] ?? '');
}

// For this process and, by the environment, for those that it starts.
function keepCompiled(): void {
  const folder = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url));
  process.env['NODE_COMPILE_CACHE'] ??= folder;
  enableCompileCache(process.env['NODE_COMPILE_CACHE']);
}

function startDog(): void {
  const dog = spawn(
    process.execPath,
    [fileURLToPath(new URL('dog.ts', import.meta.url)), String(process.pid), String(limitMs())],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
  const line = dog.stdin as Socket;
  // Our end may come before the dog's: what it did not hear then does not matter.
  line.on('error', () => {});
  // libuv tries each write at once, so the name is out before the test begins to block.
  tell = (text) => void line.write(`${text}\n`);
  setInterval(() => tell('beat'), BEAT_MS).unref();
  dog.unref();
  line.unref();
}

function limitMs(): number {
  const given = process.env['HEDDLE_TEST_LIMIT_MS'];
  const limit = given === undefined ? DEFAULT_LIMIT_MS : Number(given);
  if (!(limit >= BEAT_MS * 5)) {
    throw new RangeError(
      `Cannot guard the tests with HEDDLE_TEST_LIMIT_MS=${given}: the least is ${BEAT_MS * 5}`,
    );
  }
  return limit;
}
