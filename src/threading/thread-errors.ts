// What a thread refuses, in words; the name of the thread comes in quotes.
import { RuntimeError, TimeoutError } from '../errors/index.ts';

/** start() for the second time. */
export function startedTwice(name: string): RuntimeError {
  return new RuntimeError(
    `Cannot start thread ${name} as it was started before: a thread can be started only once\n` +
      'Make a new Thread',
  );
}

/** start() in a thread that has only the handle. */
export function startedElsewhere(name: string): RuntimeError {
  return new RuntimeError(
    `Cannot start thread ${name} here as its target is in the thread that created it\n` +
      'Start it there',
  );
}

/** start() at the top level of a module that a thread is importing for its target. */
export function startedWhileImporting(name: string): RuntimeError {
  return new RuntimeError(
    `Cannot start thread ${name} as this thread is still importing the module of its own target\n` +
      'A module that threads import must not start threads while it is evaluated: ' +
      'put that into a function, or under if (isMain)',
  );
}

/** `daemon = …` too late. */
export function setAfterStart(name: string): RuntimeError {
  return new RuntimeError(
    `Cannot set daemon of thread ${name} as it was started\nSet it before start()`,
  );
}

/** result() whose time is up. */
export function endsLater(name: string): TimeoutError {
  return new TimeoutError(
    `Cannot give the result of thread ${name} yet as the time was up before it ended`,
  );
}

/** What needs a thread that was started. */
export function notStarted(act: string, name: string): RuntimeError {
  return new RuntimeError(`Cannot ${act} thread ${name} as it was not started\nCall start() first`);
}

/** join() or result() of the thread that calls it. */
export function waitsForItself(act: string, name: string): RuntimeError {
  return new RuntimeError(
    `Cannot ${act} thread ${name} as it is the current thread, which would wait for itself`,
  );
}
