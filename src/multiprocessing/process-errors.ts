// What a process refuses, in words; the name of the process comes in quotes.
import { inspect } from 'node:util';
import { RuntimeError } from '../errors/index.ts';

/** start() for the second time. */
export function startedTwice(name: string): RuntimeError {
  return new RuntimeError(
    `Cannot start process ${name} as it was started before: a process can be started only once\n` +
      'Make a new Process',
  );
}

/** start() in a thread that has only the handle. */
export function startedElsewhere(name: string): RuntimeError {
  return new RuntimeError(
    `Cannot start process ${name} here as its target is in the thread that created it\n` +
      'Start it there',
  );
}

/** start() in a daemon. */
export function daemonsChild(name: string): RuntimeError {
  return new RuntimeError(
    `Cannot start process ${name} as this process is a daemon, which may have no children\n` +
      'Make this one without daemon: true',
  );
}

/** start() after the main thread's end. */
export function startedTooLate(name: string): RuntimeError {
  return new RuntimeError(`Cannot start process ${name} as the program is ending`);
}

/** start() at the top level of a module that is imported for a target. */
export function startedWhileImporting(name: string): RuntimeError {
  return new RuntimeError(
    `Cannot start process ${name} as this process is still importing the module of its own ` +
      'target\nA module that processes import must not start processes while it is evaluated: ' +
      'put that into a function, or under if (isMain)',
  );
}

/** start() with a working directory that is none. */
export function nowhere(name: string, cwd: string): RuntimeError {
  return new RuntimeError(`Cannot start process ${name} as its cwd ${cwd} is not a directory`);
}

/** `daemon = …` too late. */
export function setAfterStart(name: string): RuntimeError {
  return new RuntimeError(
    `Cannot set daemon of process ${name} as it was started\nSet it before start()`,
  );
}

/** `daemon = …` with what says neither. */
export function noDaemon(name: string, given: unknown): TypeError {
  return new TypeError(
    `Cannot set daemon of process ${name} to ${inspect(given)} as true or false is wanted`,
  );
}

/** What needs a process that was started. */
export function notStarted(action: string, name: string): RuntimeError {
  return new RuntimeError(
    `Cannot ${action} process ${name} as it was not started\nCall start() first`,
  );
}

/** join() of the process that calls it. */
export function joinedItself(name: string): RuntimeError {
  return new RuntimeError(`Cannot join process ${name} as that is the one that would wait`);
}

/** close() of one that runs. */
export function closedAlive(name: string): RangeError {
  return new RangeError(
    `Cannot close process ${name} as it is still running\nCall join() or terminate() first`,
  );
}

/** Anything after close(). */
export function closed(action: string, name: string): RangeError {
  return new RangeError(`Cannot ${action} process ${name} as it was closed`);
}
