// A call, made of what the user gave: functions and signals stay here, the rest is sent.
import { types } from 'node:util';
import { handleOf } from '../../../kernel/index.ts';
import { callerHere, currentFlow } from './caller.ts';
import type { Call } from './caller.ts';
import { CALLING, CALL_HEAD } from '../names.ts';
import type { Action, CallHead } from '../names.ts';

/** What is done, and to what. */
export interface Deed {
  readonly number: number;
  readonly member: string;
  readonly action: Action;
  readonly name: PropertyKey;
  readonly waitingFor: number;
}

/**
 * Does it in the host; asynchronously where the method is one that does.
 *
 * @param before called before the answer is read
 */
export function act(deed: Deed, args: readonly unknown[], before?: () => void): unknown {
  const isAsync = deed.action === 'call' && String(deed.name).endsWith('Async');
  const functions = new Map<number, (...given: unknown[]) => unknown>();
  const places: number[] = [];
  let place = -1;
  let signal: AbortSignal | undefined;
  const sent = args.map((argument, index) => {
    if (typeof argument === 'function') {
      if (deed.action !== 'call' || !CALLING.has(deed.name)) return argument;
      functions.set(index, argument as () => unknown);
      places.push(types.isAsyncFunction(argument) ? -index - 1 : index);
      return null;
    }
    if (typeof argument !== 'object' || argument === null) return argument;
    if (isAsync && 'signal' in argument && argument.signal instanceof AbortSignal) {
      ({ signal } = argument);
      place = index;
      return { ...argument, signal: undefined };
    }
    return isIterator(argument) ? [...argument] : argument;
  });
  const { number, member, action, name } = deed;
  const head: CallHead = [
    number,
    member,
    action,
    name,
    isAsync,
    currentFlow(),
    places,
    place,
    signal?.aborted === true,
  ];
  const call: Call = {
    name,
    parts: [...head, ...sent],
    labels: [...BLANK, ...namesOf(name, sent.length)],
    functions,
    signal,
    waitingFor: deed.waitingFor,
  };
  return isAsync ? callerHere().callAsync(call) : callerHere().call(call, before);
}

const BLANK: readonly string[] = Array.from({ length: CALL_HEAD }, () => '');

// As messages of TransferErrors call them.
function namesOf(name: PropertyKey, count: number): string[] {
  const first = String(name).startsWith('put') ? 'item' : 'argument';
  return Array.from({ length: count }, (_, i) => (i === 0 ? first : 'argument'));
}

function isIterator(value: object): value is Iterable<unknown> {
  if (Array.isArray(value) || handleOf(value) !== undefined || types.isProxy(value)) return false;
  return Symbol.iterator in value && 'next' in value;
}
