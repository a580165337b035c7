// The supervisor: starts processes and hears of their end. It runs in the keeper, whose event loop
// always turns, so a child is started and reaped while every other thread is blocked.
//
// One child is kept ready: booted, with all of heddle loaded and the family's memory mapped, and
// waiting for its letter. Whoever is started next in the same surroundings takes it.
import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import net from 'node:net';
import os from 'node:os';
import { createRequire } from 'node:module';
import {
  FAMILY_VARIABLE,
  HEADER,
  arena,
  atomics,
  bequest,
  buryOrphans,
  buryProcess,
  hasHooks,
  hold,
  hostAddress,
  isRequired,
  nativeFile,
  programFile,
  release,
  startOf,
  startingFlags,
} from '../../kernel/index.ts';
import { departed, hasBroker } from '../distant/host/departure.ts';
import { removeLeftBy } from '../memory/files.ts';
import { codePreface } from './code.ts';
import { CHANNEL, MEMORY, SPARE } from './letter.ts';
import {
  CHILD,
  STATE,
  UNKNOWN,
  complete,
  delist,
  getField,
  leaveStarting,
  setField,
} from './record.ts';
import { fail } from './refusal.ts';
import { statOf } from './stat.ts';
import type { Order, Surroundings } from './task.ts';

// A daemon that is asked to stop has so long.
const GRACE_MS = 1000;
// A spare is made when the one before has been taken, and the processors have had time for that and
// for all that were started since: it takes more of them than one that is waited for.
const SPARE_MS = 50;
// Between two looks for processes whose parent was killed, so that nobody hears of their end. Who
// waits for one of them looks for himself.
const ORPHANS_MS = 500;

interface Child {
  readonly process: ChildProcess;
  readonly channel: net.Socket;
}

interface Spare extends Child {
  /** What it was born into: it serves only where nothing of that has changed. */
  readonly circumstances: string;
}

const running = new Map<number, Child>();
let spare: Spare | null = null;
let spareTimer: NodeJS.Timeout | null = null;
let orphansTimer: NodeJS.Timeout | null = null;
let ending = false;

/** Does what another thread asks for. */
export function serve(order: Order): void {
  if (order.type === 'watch') watchParent(order.parent, order.daemon);
  else start(order);
}

/** The program ends: daemons do, too. */
export function end(): void {
  ending = true;
  spare?.process.kill('SIGKILL');
  for (const [record, { process: child }] of running) {
    if (getField(record, CHILD.DAEMON) === 0) continue;
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  }
}

function start(order: Order & { type: 'spawn' }): void {
  const { record } = order;
  count(record);
  try {
    const child = takeSpare(order) ?? boot(order.surroundings, order.flags);
    const pid = child.process.pid;
    if (pid === undefined) {
      child.process.once('error', (cause) => fail(record, cause));
      return;
    }
    listen(record, child);
    orphansTimer ??= setInterval(buryOrphans, ORPHANS_MS).unref();
    child.channel.write(order.bytes);
    setField(record, CHILD.PID, pid);
    setField(record, CHILD.START, startOf(pid) ?? 0);
    leaveStarting(record, STATE.RUNNING);
    if (spareTimer !== null) clearTimeout(spareTimer);
    spareTimer = setTimeout(makeSpare, SPARE_MS, order.flags).unref();
  } catch (cause) {
    fail(record, cause);
  }
}

// Here rather than where it is started: that thread may be stopped before it has asked for a child,
// and the program's end would wait for what never began.
function count(record: number): void {
  if (getField(record, CHILD.DAEMON) === 0) {
    hold(record + CHILD.HOLDING);
  } else {
    setField(record, CHILD.COUNTED, 1);
    atomics.add(arena.cells, HEADER.DAEMONS, 1);
  }
}

function boot(surroundings: Surroundings, flags: readonly string[], ...args: string[]): Child {
  const { env = process.env, execArgv = flags } = surroundings;
  const memory = bequest();
  const division = memory === null ? '-1:0:0' : `${MEMORY}:${memory.own}:${memory.family}`;
  const stdio: StdioOptions = ['inherit', 'inherit', 'inherit', 'pipe'];
  if (memory !== null) stdio[MEMORY] = memory.descriptor;
  // A loader may make a copy of what is not imported (kernel/memory/own-copy.ts).
  const isAlone = !isRequired && !hasHooks(execArgv, env);
  const entry =
    (isAlone ? programFile('multiprocessing/process.entry') : null) ??
    createRequire(import.meta.url).resolve('#process-entry');
  const child = spawn(process.execPath, [...startingFlags(execArgv), entry, ...args], {
    stdio,
    env: {
      ...env,
      [FAMILY_VARIABLE]: `${division}:${hostAddress()}:${nativeFile()}`,
    },
  });
  const channel = child.stdio[CHANNEL] as net.Socket;
  // While it comes up.
  channel.write(codePreface());
  // A child that is gone before it has read its letter tells so by its exit.
  channel.on('error', () => {});
  channel.unref();
  child.unref();
  return { process: child, channel };
}

function listen(record: number, child: Child): void {
  running.set(record, child);
  let report = '';
  child.channel.setEncoding('latin1').on('data', (text: string) => (report += text));
  // The system closes it before it tells of the end, and Node reaps the child after it has told us
  // of both: until then one that was killed, and could not report, can be looked at.
  const look = (): void => {
    if (!running.has(record)) return;
    const stat = report === '' ? statOf(getField(record, CHILD.PID)) : null;
    if (stat !== null) setField(record, CHILD.CPU_MS, Math.round(stat.cpuSeconds * 1000));
  };
  // An error where the child has not read all that was written.
  child.channel.once('end', look).once('error', look);
  // 'exit' rather than 'close', which waits for everybody who holds the channel.
  child.process.once('exit', (code, signal) => {
    running.delete(record);
    const pid = getField(record, CHILD.PID);
    const ended = readReport(record, report + String(child.channel.read() ?? ''));
    // It removes its own shared memory before it writes its report.
    if (!ended) removeLeftBy(pid, getField(record, CHILD.START));
    const exit = signal === null ? (code ?? 0) : -os.constants.signals[signal];
    if (hasBroker()) void departed(pid).then(() => settle(record, exit));
    else {
      buryProcess(pid);
      settle(record, exit);
    }
  });
}

function settle(record: number, exit: number): void {
  complete(record, exit);
  delist(record);
  release(record);
}

// What the child wrote as it ended: its processor time in ms and its largest memory in KiB. False
// when it did not come to that.
function readReport(record: number, report: string): boolean {
  const match = /^(\d+) (\d+)\n/.exec(report);
  if (match === null) return false;
  setField(record, CHILD.CPU_MS, Number(match[1]));
  setField(record, CHILD.RSS_KIB, Number(match[2]));
  return true;
}

function takeSpare(order: Order & { type: 'spawn' }): Child | null {
  const { env, execArgv } = order.surroundings;
  if (spare === null || env !== undefined || execArgv !== undefined) return null;
  if (spare.circumstances !== circumstances(order.flags)) {
    spare.process.kill('SIGKILL');
    spare = null;
    return null;
  }
  const taken = spare;
  spare = null;
  taken.process.removeAllListeners('exit');
  return taken;
}

function makeSpare(flags: readonly string[]): void {
  spareTimer = null;
  if (spare !== null || ending) return;
  const made = boot({ env: undefined, execArgv: undefined }, flags, SPARE);
  const { pid } = made.process;
  if (pid === undefined) {
    made.process.once('error', () => {});
    return;
  }
  const ready = { ...made, circumstances: circumstances(flags) };
  made.process.once('exit', () => {
    if (spare === ready) spare = null;
    buryProcess(pid);
  });
  spare = ready;
}

function circumstances(flags: readonly string[]): string {
  return JSON.stringify([flags, process.env, bequest(), hostAddress()]);
}

// The parent's end closes the channel; so does nothing else, as only the parent has its other end.
function watchParent(parent: number, daemon: boolean): void {
  const channel = new net.Socket({ fd: CHANNEL, readable: true, writable: false });
  channel.unref();
  channel.resume();
  channel.on('error', () => {});
  channel.once('close', () => {
    if (parent !== 0) complete(parent, UNKNOWN);
    if (!daemon) return;
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS);
  });
}
