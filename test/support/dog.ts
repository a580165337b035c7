// The watchdog's own process: see watchdog.ts. Arguments: the pid to guard, the limit in ms.
//
// It counts its own ticks in which nothing was heard rather than reading a clock: on a machine that
// stood still for a while, the clock of both has moved on, but neither has missed a tick.
import { createInterface } from 'node:readline';

const TICKS_IN_LIMIT = 20;

const guarded = Number(process.argv[2]);
const limitMs = Number(process.argv[3]);
const groups = new Set<number>();
let test = '(outside any test)';
let silentTicks = 0;
let isOver = false;

// A Ctrl-C reaches every process of the terminal; we end when the guarded one has, by its pipe.
process.on('SIGINT', () => {});

createInterface({ input: process.stdin })
  .on('line', hear)
  .on('close', () => {
    killGroups();
    process.exit();
  });

setInterval(() => {
  silentTicks += 1;
  if (silentTicks >= TICKS_IN_LIMIT) bite();
}, limitMs / TICKS_IN_LIMIT);

function hear(line: string): void {
  if (!isOver) silentTicks = 0;
  const [word, rest] = split(line);
  if (word === 'over') isOver = true;
  if (word === 'test') test = rest;
  if (word === 'group') groups.add(Number(rest));
  if (word === 'ended') groups.delete(Number(rest));
}

function split(line: string): [word: string, rest: string] {
  const space = line.indexOf(' ');
  return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
}

function bite(): void {
  const what = isOver
    ? `the process was still there ${limitMs} ms after its last test, "${test}"`
    : `the main thread stayed blocked for ${limitMs} ms in "${test}"`;
  process.stderr.write(`watchdog: ${what}; process killed\n`);
  kill(guarded);
  killGroups();
  process.exit();
}

function killGroups(): void {
  for (const leader of groups) kill(-leader);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}
