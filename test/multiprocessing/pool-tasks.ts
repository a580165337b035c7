// What the tests of pools run in workers.
import { currentTask } from 'heddle/multiprocessing';
import type { Event } from 'heddle/threading';

export function add(a: number, b: number): number {
  return a + b;
}

export function square(n: number): number {
  return n * n;
}

export async function squareLater(n: number): Promise<number> {
  await Promise.resolve();
  return n * n;
}

export function fail(message: string): never {
  throw new RangeError(message);
}

export function leave(code: number): never {
  return process.exit(code);
}

/** Ways in which a task goes wrong; anything else is given back. */
export function meet(fate: unknown): unknown {
  switch (fate) {
    case 'exit':
      return process.exit(3);
    case 'throw':
      throw new RangeError('thrown');
    case 'kill':
      return process.kill(process.pid, 'SIGKILL');
    case 'crash':
      return process.kill(process.pid, 'SIGSEGV');
    case 'reject':
      return Promise.reject(new RangeError('rejected'));
    case 'leak': {
      const kept: unknown[] = [];
      for (;;) kept.push(Array.from({ length: 1000 }, () => ({})));
    }
    case 'stay':
      return { inner: (function* stay(): Generator {})() };
    default:
      return fate;
  }
}

export function waitFor(event: Pick<Event, 'wait'>, runs?: Pick<Event, 'set'>): boolean {
  runs?.set();
  return event.wait('60s');
}

export function setIt(event: Pick<Event, 'set'>): void {
  event.set();
}

/** Tells that it runs, waits until it is aborted, and tells if that was for enough. */
export async function waitForAbort(
  runs: Pick<Event, 'set'>,
  enough: Pick<Event, 'set'>,
): Promise<string> {
  const task = currentTask();
  runs.set();
  await new Promise<void>((resolve) => {
    task?.signal.addEventListener('abort', () => resolve());
  });
  if (String(task?.signal.reason) === 'RangeError: enough') enough.set();
  return 'aborted';
}

/** Awaits what nothing will settle. */
export function never(): Promise<never> {
  return new Promise(() => {});
}

export function throwNothing(): never {
  // oxlint-disable-next-line typescript/only-throw-error -- it is what is tested
  throw undefined;
}

/** Never ends, and looks at nothing. */
export function spin(runs?: Pick<Event, 'set'>): never {
  runs?.set();
  for (;;);
}

/** The first so many runs of it die. */
export function dieAt(attempts: number): number {
  const attempt = currentTask()?.attempt ?? 0;
  if (attempt <= attempts) process.exit(7);
  return attempt;
}

export function whoAmI(): string | undefined {
  return currentTask()?.worker;
}

/** When it ran, on a clock that all workers share. */
export function moment(): bigint {
  return process.hrtime.bigint();
}

export function nothing(): void {}
