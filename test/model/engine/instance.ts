// The rewritten sources, made once for each thread of the model and started anew for each run.
import nodeUrl, { pathToFileURL } from 'node:url';
import nodeUtil from 'node:util';
import { bundle, type Part, type Patch } from '../source/bundle.ts';
import { rewrite, type Site } from '../source/rewrite.ts';
import { SLOT, SLOT_CELLS, SLOT_STATE, SLOTS } from '../../../src/kernel/memory/layout.ts';
import { Promised, type Hook } from './loop.ts';
import type { Scenario } from './scenario.ts';
import { STATE, type Acts, type Steps, type Thread } from './thread.ts';

/** The sources in one thread. */
export interface Instance {
  /** Evaluates the modules; in a slot, or in the thread that makes the arena. */
  readonly start: (slot: number | null) => void;
  /** Remembers the variables of the modules; has them as they were. */
  readonly save: () => void;
  readonly restore: () => void;
  readonly claimSlot: () => number;
  readonly setUp: () => void;
  readonly check: () => void;
  readonly maySleep: () => boolean;
  /** What this thread does. */
  readonly body: () => Acts;
}

/** Makes instances of one bundle. */
export interface Maker {
  readonly sites: readonly Site[];
  readonly scenarios: readonly Scenario[];
  readonly make: (thread: Thread, scenario: number) => Instance;
}

interface Exports {
  readonly scenarios: readonly Scenario[];
  /** What is on in these scenarios, and off in others. */
  readonly parts?: readonly Part[];
  readonly claimSlot: (arena: object) => unknown;
  readonly burySlot: (arena: object, slot: number) => unknown;
  readonly arena: { readonly slot: number; readonly cells: Int32Array };
}

type Factory = (
  thread: unknown,
  globals: object,
  modules: (name: string, member: string) => unknown,
) => Modules;

interface Modules {
  readonly start: () => Steps;
  readonly save: () => unknown[];
  readonly restore: (values: readonly unknown[]) => void;
}

/** Rewrites a scenario's file and the sources that it uses. */
export async function makeModel(file: string, patches: readonly Patch[] = []): Promise<Maker> {
  // What a scenario says of itself is the same in the file as it is.
  const said = (await import(pathToFileURL(file).href)) as Pick<Exports, 'scenarios' | 'parts'>;
  const { scenarios, parts = [] } = said;
  const { text, sites } = rewrite(await bundle(file, patches, parts));
  // oxlint-disable-next-line typescript/no-implied-eval -- it runs our own sources, rewritten
  const factory = new Function('$t', '$g', '$m', text) as Factory;
  return { sites, scenarios, make: (thread, index) => instanceOf(factory, thread, index) };
}

function instanceOf(factory: Factory, thread: Thread, index: number): Instance {
  let exported: Exports | null = null;
  const workerData: Record<string, unknown> = {};
  const modules = modulesOf(thread, workerData);
  const variables = factory(thread, globalsOf(thread), modules);
  let saved: Saved = { values: [], contents: [] };
  const here = (): Exports => exported as Exports;
  const scenario = (): Scenario => here().scenarios[index] as Scenario;
  return {
    start(slot) {
      const { shared } = thread.run.memory;
      if (slot !== null) {
        workerData[INHERITANCE] = { slot, memory: shared, split: shared.byteLength };
      }
      exported = finish(variables.start()) as Exports;
      // What a worker does when it is given a thread.
      const { arena } = exported;
      thread.run.memory.write(SLOTS + arena.slot * SLOT_CELLS + SLOT.STATE, SLOT_STATE.LIVE);
    },
    save() {
      const values = variables.save();
      saved = { values, contents: values.flatMap(contentOf) };
    },
    restore() {
      variables.restore(saved.values);
      for (const restore of saved.contents) restore();
    },
    claimSlot: () => finish(here().claimSlot(here().arena)) as number,
    setUp: () => void finish(scenario().setUp()),
    check: () => void finish(scenario().check()),
    maySleep: () => finish(scenario().maySleep?.()) === true,
    body: () => (thread.isKeeper ? keep(thread, here()) : run(thread, scenario())),
  };
}

interface Saved {
  readonly values: readonly unknown[];
  readonly contents: readonly (() => void)[];
}

// How to give an object back what it holds now.
function contentOf(value: unknown): (() => void)[] {
  if (value instanceof Map) {
    const entries = [...value];
    return [() => refill(value, () => entries.forEach(([key, one]) => value.set(key, one)))];
  }
  if (value instanceof Set) {
    const entries = [...(value as Set<unknown>)];
    return [() => refill(value, () => entries.forEach((one) => value.add(one)))];
  }
  if (Array.isArray(value)) {
    const items = [...(value as unknown[])];
    return [() => void value.splice(0, value.length, ...items)];
  }
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return [];
  if (ArrayBuffer.isView(value)) return [];
  const properties = { ...value };
  return Object.keys(properties).length === 0 ? [] : [() => Object.assign(value, properties)];
}

function refill(value: { readonly size: number; clear(): void }, fill: () => void): void {
  if (value.size > 0) value.clear();
  fill();
}

function* run(thread: Thread, scenario: Scenario): Acts {
  const body = scenario.threads[thread.name] as () => unknown;
  const result = yield* thread.loop.call(body);
  if (result instanceof Promised) yield* thread.loop.until(result);
}

// Clears up after threads that were killed, as the keeper does.
function* keep(thread: Thread, { burySlot, arena }: Exports): Acts {
  const buried = new Set<number>();
  for (let left = thread.run.scenario.kills ?? 0; left > 0; left--) {
    thread.op('death', -1, undefined, buried.size);
    yield;
    const dead = thread.run.threads.find(
      ({ index, state }) => state === STATE.DEAD && !buried.has(index),
    );
    if (dead === undefined) return;
    buried.add(dead.index);
    const steps = burySlot(arena, dead.index + 1);
    if (thread.isRun(steps)) thread.leave(yield* steps);
  }
}

// Runs what takes steps without giving way.
function finish(result: unknown): unknown {
  if (typeof result !== 'object' || result === null || !('next' in result)) return result;
  const { done, value } = (result as Steps).next();
  if (done !== true) throw new TypeError('Cannot wait while a scenario is set up or checked');
  return value;
}

const INHERITANCE = 'heddle file:///model.ts';

function modulesOf(thread: Thread, workerData: object) {
  const missing = (name: string) => (): never => {
    throw new TypeError(`Cannot call ${name} in the model`);
  };
  const known: Readonly<Record<string, unknown>> = {
    'node:async_hooks': {
      createHook: (hook: Hook) => ({ enable: () => void (thread.loop.hook = hook) }),
      executionAsyncResource: () => thread.loop,
    },
    'node:fs': { readlinkSync: () => `1/task/${1000 + thread.index}` },
    'node:os': { totalmem: () => 0 },
    'node:util': nodeUtil,
    'node:url': nodeUrl,
    'node:module': { createRequire: missing('createRequire') },
    'node:worker_threads': {
      receiveMessageOnPort: missing('receiveMessageOnPort'),
      workerData,
    },
  };
  return (name: string, member: string): unknown => {
    const found = known[name] as Readonly<Record<string, unknown>> | undefined;
    if (found === undefined) throw new TypeError(`Cannot load ${name} in the model`);
    return member === 'default' || member === '*' ? found : found[member];
  };
}

function globalsOf(thread: Thread): object {
  const { loop } = thread;
  type Callback = (...args: unknown[]) => unknown;
  class ModelPromise extends Promised {
    constructor(executor: (resolve: Callback, reject: Callback) => void) {
      super(loop);
      executor(
        (value) => this.resolve(value),
        (reason) => this.reject(reason),
      );
    }
    static resolve(value: unknown): Promised {
      return loop.promised(value);
    }
    static reject(reason: unknown): Promised {
      const promise = new Promised(loop);
      promise.reject(reason);
      return promise;
    }
  }
  return {
    Promise: ModelPromise,
    *newPromise(executor: Callback): Steps {
      const promise = new Promised(loop);
      yield* loop.call(
        executor,
        (value: unknown) => promise.resolve(value),
        (reason: unknown) => promise.reject(reason),
      );
      return promise;
    },
    setTimeout: (callback: Callback, ms: number, ...args: unknown[]) =>
      loop.addTimer(callback, ms, args, false),
    setInterval: (callback: Callback, ms: number, ...args: unknown[]) =>
      loop.addTimer(callback, ms, args, true),
    clearTimeout: (handle: undefined) => loop.removeTimer(handle),
    clearInterval: (handle: undefined) => loop.removeTimer(handle),
    process: {
      hrtime(): [number, number] {
        thread.mix(thread.nowMs);
        return [0, thread.nowMs * 1e6];
      },
      env: {},
      pid: 1,
      platform: 'linux',
      execArgv: [],
      nextTick: (callback: Callback) => loop.later(() => loop.call(callback) as Acts),
    },
    SharedArrayBuffer: function SharedMemory() {
      return thread.run.memory.shared;
    },
    // There is less of it than was asked for.
    Buffer: {
      byteLength: (text: string) => Buffer.byteLength(text),
      from: (memory: SharedArrayBuffer, start: number, length: number) =>
        Buffer.from(memory, start, Math.min(length, memory.byteLength - start)),
    },
    AbortController: class {
      readonly signal: object = loop.addSignal();
    },
    FinalizationRegistry: class {
      register(): void {}
    },
  };
}
