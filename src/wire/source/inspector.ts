// What V8 knows of a function: the place of its source, and the variables that it captures.
//
// V8's debugger interface answers in the process itself, synchronously and without a port.
// `[[Scopes]]` and `[[FunctionLocation]]` of a function are told without any debugger being
// enabled, so hot code stays as fast as it was. Only the text and the URL of a script need the
// Debugger domain: it is enabled and disabled around one question, once a script; and
// `util.getCallSites` knows the URL of every script on the stack without it.
//
// A scope is a snapshot of names and values: it does not follow later assignments, and two
// functions of one scope are shown two snapshots.
import { createRequire } from 'node:module';
import util from 'node:util';
import vm from 'node:vm';
import type { Session } from 'node:inspector';

/**
 * One scope of a function: 'Block', 'Closure', 'Module', 'Script', 'Global' …, with the variables
 * that it holds.
 */
export interface CapturedScope {
  readonly kind: string;
  readonly variables: object;
}

/**
 * A function with source text: where it begins as V8 tells it (from 0), and its scopes, innermost
 * first.
 */
export interface SourceFunction {
  readonly kind: 'source';
  readonly scriptId: string;
  readonly line: number;
  readonly column: number;
  readonly scopes: readonly CapturedScope[];
}

/** The result of `bind`. */
export interface BoundFunction {
  readonly kind: 'bound';
  readonly target: unknown;
  readonly boundThis: unknown;
  readonly boundArguments: readonly unknown[];
}

/** What V8 knows of a function; a native one has neither source nor scopes, nor has a Proxy. */
export type Inspection = SourceFunction | BoundFunction | { readonly kind: 'native' };

/** A script that V8 has parsed. */
interface Script {
  url: string;
  source?: string;
}

interface RemoteObject {
  objectId?: string;
  value?: unknown;
  unserializableValue?: string;
}

type Internals = ReadonlyMap<string, RemoteObject>;

type Post = (method: string, params?: object) => unknown;

interface Connection {
  readonly post: Post;
  readonly global: object;
  readonly scripts: Map<string, Script>;
}

// Through this slot on the global object a live value goes to the inspector, and comes back from
// it.
const SLOT = Symbol.for('heddle.inspector');
const OBJECT_GROUP = 'heddle';
const CALL_SITES_READ = 60;

const slot = {
  given: undefined as unknown,
  taken: undefined as unknown,
  take(value: unknown): void {
    slot.taken = value;
  },
};

const EVALUATE_GIVEN = {
  expression: "globalThis[Symbol.for('heddle.inspector')].given",
  objectGroup: OBJECT_GROUP,
  silent: true,
};
// Strict, so that a symbol is not put into an object.
const TAKE_THIS =
  "function () { 'use strict'; globalThis[Symbol.for('heddle.inspector')].take(this); }";

let connection: Connection | undefined;
let failure: Error | undefined;
let releasing = false;

/** Why functions cannot be inspected here; undefined where they can. */
export function inspectorFailure(): Error | undefined {
  if (connection === undefined && failure === undefined) {
    try {
      connection = connect();
    } catch (error) {
      failure = error as Error;
    }
  }
  return failure;
}

/** Asks V8 about a function. inspectorFailure() has said that it can be asked. */
export function inspectFunction(target: object): Inspection {
  const { post, global } = connected();
  try {
    const internals = internalsOf(post, target);
    if (internals.has('[[TargetFunction]]')) return readBound(post, internals);
    const scopes = internals.get('[[Scopes]]');
    const location = internals.get('[[FunctionLocation]]');
    if (scopes?.objectId === undefined || location === undefined) return { kind: 'native' };
    const at = location.value as { scriptId: string; lineNumber: number; columnNumber?: number };
    return {
      kind: 'source',
      scriptId: at.scriptId,
      line: at.lineNumber,
      column: at.columnNumber ?? 0,
      scopes: readScopes(post, scopes.objectId, global),
    };
  } finally {
    slot.given = undefined;
    slot.taken = undefined;
    releaseSoon(post);
  }
}

/** Whether a function is written in a script. */
export function isSourceOf(scriptId: string, value: object): boolean {
  const info = inspectFunction(value);
  return info.kind === 'source' && info.scriptId === scriptId;
}

/** URL, or path, of a script; '' when it has none. */
export function urlOfScript(scriptId: string): string {
  const { scripts } = connected();
  let script = scripts.get(scriptId);
  if (script === undefined) {
    learnCallSites(scripts);
    script = scripts.get(scriptId);
  }
  if (script === undefined) script = askDebugger(scriptId, false);
  return script.url;
}

/** Text of a script. */
export function sourceOfScript(scriptId: string): string {
  const known = connected().scripts.get(scriptId)?.source;
  return known ?? (askDebugger(scriptId, true).source as string);
}

function connected(): Connection {
  const reason = inspectorFailure();
  if (reason !== undefined) throw reason;
  return connection as Connection;
}

function connect(): Connection {
  if ('bun' in process.versions) throw new Error('Bun has no V8 inspector');
  const inspector = createRequire(import.meta.url)('node:inspector') as {
    Session: new () => Session;
  };
  const session = new inspector.Session();
  session.connect();
  // The global of the main context, also where this file runs in another one (a test runner's).
  const global = vm.runInThisContext('globalThis') as object;
  Object.defineProperty(global, SLOT, { value: slot, configurable: true, writable: true });
  const scripts = new Map<string, Script>();
  session.on('Debugger.scriptParsed', ({ params }) => {
    const known = scripts.get(params.scriptId);
    if (known === undefined) scripts.set(params.scriptId, { url: params.url });
    else known.url = params.url;
  });
  return { post: synchronous(session), global, scripts };
}

function synchronous(session: Session): Post {
  return (method, params) => {
    let failed: Error | null = null;
    let result: unknown;
    let answered = false;
    session.post(method, params, (error, answer) => {
      failed = error;
      result = answer;
      answered = true;
    });
    if (failed !== null) throw failed as Error;
    // It answers at once, unless the stack is exhausted, which it keeps to itself.
    if (!answered) throw new RangeError('Maximum call stack size exceeded');
    return result;
  };
}

function internalsOf(post: Post, target: unknown): Internals {
  slot.given = target;
  const { result } = post('Runtime.evaluate', EVALUATE_GIVEN) as { result: RemoteObject };
  slot.given = undefined;
  const properties = post('Runtime.getProperties', {
    objectId: result.objectId,
    ownProperties: true,
  }) as { internalProperties?: { name: string; value?: RemoteObject }[] };
  const internals = new Map<string, RemoteObject>();
  for (const { name, value } of properties.internalProperties ?? []) {
    if (value !== undefined) internals.set(name, value);
  }
  return internals;
}

function readBound(post: Post, internals: Internals): BoundFunction {
  const args = live(post, internals.get('[[BoundArgs]]'));
  return {
    kind: 'bound',
    target: live(post, internals.get('[[TargetFunction]]')),
    boundThis: live(post, internals.get('[[BoundThis]]')),
    boundArguments: Array.isArray(args) ? [...(args as unknown[])] : [],
  };
}

function readScopes(post: Post, objectId: string, global: object): CapturedScope[] {
  const list = live(post, { objectId }) as { description?: string; object: object }[];
  return Array.from(list, ({ description, object }) => ({
    kind: object === global ? 'Global' : ((description ?? '').split(' ', 1)[0] as string),
    variables: object,
  }));
}

/** The real value behind the inspector's description of it. */
function live(post: Post, remote: RemoteObject | undefined): unknown {
  if (remote === undefined) return undefined;
  if (remote.objectId === undefined) {
    const { unserializableValue } = remote;
    if (unserializableValue === undefined) return remote.value;
    return vm.runInThisContext(unserializableValue) as unknown;
  }
  slot.taken = undefined;
  post('Runtime.callFunctionOn', {
    objectId: remote.objectId,
    functionDeclaration: TAKE_THIS,
    silent: true,
  });
  return slot.taken;
}

function learnCallSites(scripts: Map<string, Script>): void {
  for (const site of util.getCallSites(CALL_SITES_READ)) {
    if (site.scriptName !== '' && !scripts.has(site.scriptId)) {
      scripts.set(site.scriptId, { url: site.scriptName });
    }
  }
}

// Nothing of the user's runs between enable and disable, so no breakpoint of theirs is met on the
// way.
function askDebugger(scriptId: string, wantsSource: boolean): Script {
  const { post, scripts } = connected();
  post('Debugger.enable');
  try {
    const script = scripts.get(scriptId) ?? { url: '' };
    scripts.set(scriptId, script);
    if (wantsSource) {
      const answer = post('Debugger.getScriptSource', { scriptId }) as { scriptSource: string };
      script.source = answer.scriptSource;
    }
    return script;
  } finally {
    post('Debugger.disable');
  }
}

// The inspector keeps what it has shown alive until it is told to let go: once a turn is enough.
function releaseSoon(post: Post): void {
  if (releasing) return;
  releasing = true;
  queueMicrotask(() => {
    releasing = false;
    post('Runtime.releaseObjectGroup', { objectGroup: OBJECT_GROUP });
  });
}
