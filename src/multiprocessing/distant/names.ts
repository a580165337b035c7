// Which classes other processes know from afar, and which methods of theirs call back.

/** Classes, by the name of their kind. */
export const CLASSES: ReadonlySet<string> = new Set([
  'Lock',
  'RLock',
  'RWLock',
  'Event',
  'Semaphore',
  'BoundedSemaphore',
  'Condition',
  'Barrier',
  'Queue',
  'SimpleQueue',
  'LifoQueue',
  'PriorityQueue',
  'Value',
  'SharedDict',
  'SharedList',
  'Namespace',
  'Connection',
]);

/** Methods that call the functions they are given; what others are given is a value. */
export const CALLING: ReadonlySet<PropertyKey> = new Set([
  'with',
  'withAsync',
  'waitFor',
  'waitForAsync',
  'transaction',
  'update',
  'sort',
  'forEach',
]);

/** Of these, those that return what the function has returned last, which need not travel. */
export const RETURNING: ReadonlySet<PropertyKey> = new Set([
  'with',
  'withAsync',
  'waitFor',
  'waitForAsync',
  'transaction',
]);

/** What goes in front of the arguments of a call. */
export type CallHead = readonly [
  /** The object, 0 for none, and which part of it. */
  number: number,
  member: string,
  action: Action,
  name: PropertyKey,
  isAsync: boolean,
  /** The asynchronous flow that calls, or 0. */
  flow: number,
  /** Which arguments are functions to be called back; negative: asynchronous ones, minus one. */
  functions: readonly number[],
  /** Which argument has a signal, or -1; and whether that is aborted already. */
  signal: number,
  isAborted: boolean,
];
export const CALL_HEAD = 9;

/** What is done. */
export type Action = 'call' | 'get' | 'set' | 'new' | 'reflect' | 'dispose' | 'lend' | 'unlend';

/** What a module of ours is called in the `imports` of package.json. */
export const ENTRIES = {
  broker: '#family-broker',
  agent: '#family-agent',
  bridge: '#family-bridge',
  classes: '#multiprocessing',
} as const;
