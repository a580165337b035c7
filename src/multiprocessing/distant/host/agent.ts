// An agent: the thread of the host that does what one thread of a client asks for.
//
// It blocks where that blocks, holds what that holds, and awaits what that awaits. So who owns a
// lock, who is next, what is a deadlock and what is abandoned is what the objects themselves say.
//
// A function that is to be called in the middle of a call is called by the client. Until that
// answers, the agent does what the function asks for.
import { AsyncLocalStorage } from 'node:async_hooks';
import { types } from 'node:util';
import { TransferError } from '../../../errors/index.ts';
import {
  attach,
  bearInFamily,
  performBy,
  release,
  releaseAll,
  retain,
} from '../../../kernel/index.ts';
import { Namespace, SharedDict, SharedList } from '../../../shared/index.ts';
import { decode, encode } from '../../../wire/index.ts';
import { newPipe } from '../../pipe/connection.ts';
import * as locks from '../../shared/locks.ts';
import * as queues from '../../shared/queues.ts';
import { Value } from '../../shared/value.ts';
import { TALK, readTalk, writeFrame, writeTalk } from '../frames.ts';
import type { Talk } from '../frames.ts';
import { passFromHost } from './open.ts';
import { awaitMail, awaitMailAsync, post, takeMail } from '../mail.ts';
import { CALL_HEAD } from '../names.ts';
import type { CallHead } from '../names.ts';

/** Whose agent one is. */
export interface Post {
  readonly box: number;
  readonly broker: number;
  readonly client: number;
  readonly thread: number;
}

type Method = (...args: unknown[]) => unknown;
type Members = Record<PropertyKey, unknown>;

const classes: Members = { ...locks, ...queues, Value };
const makers: Readonly<Record<string, Method>> = {
  SharedDict: (entries) => new SharedDict(entries as never),
  SharedList: (values) => new SharedList(values as never),
  Pipe: (options) => newPipe((options as { duplex?: boolean }).duplex ?? true),
  Namespace: (initial) => Namespace(initial as object | undefined),
};

/** Serves a thread of a client until it is told to end. */
export async function serveThread(place: Post): Promise<void> {
  passFromHost();
  const agent = new Agent(place);
  performBy((action) => agent.perform(action));
  while (!agent.work()) await awaitMailAsync(place.box);
  // Its worker takes no other thread, as the objects here would refer to what the client had.
  releaseAll();
  process.exit();
}

/** That the client's function threw, which has what. */
class CallBackError extends Error {
  readonly number: number;

  constructor(number: number) {
    super('A function that was called back failed');
    this.number = number;
  }
}

class Agent {
  readonly #place: Post;
  /** What has come, and is not dealt with: what deals with one may have to wait for another. */
  readonly #arrived: Talk[] = [];
  readonly #answers = new Map<number, (talk: Talk) => void>();
  readonly #controllers = new Map<number, AbortController>();
  readonly #flows = new Map<number, <T>(act: () => T) => T>();
  readonly #guards = new Map<number, Disposable>();
  #last = 0;
  #isToStop = false;

  constructor(place: Post) {
    this.#place = place;
  }

  /** Deals with all that has come; true when it is to end. */
  work(): boolean {
    for (const mail of takeMail(this.#place.box)) this.#arrived.push(readTalk(mail));
    for (let talk = this.#arrived.shift(); talk !== undefined; talk = this.#arrived.shift()) {
      this.#take(talk);
    }
    return this.#isToStop;
  }

  /** Has the client run a function, and blocks until it has. */
  perform(action: () => unknown): unknown {
    return this.#callBack(0, -1, [action]);
  }

  #take(talk: Talk): void {
    if (talk.type === TALK.CALL) this.#call(talk);
    else if (talk.type === TALK.ABORT) this.#controllers.get(talk.call)?.abort();
    else if (talk.type === TALK.STOP) this.#isToStop = true;
    else this.#answers.get(talk.call)?.(talk);
  }

  #call({ call, message }: Talk): void {
    try {
      const [head, args] = this.#read(call, decode(message) as unknown[]);
      const act = (): unknown => this.#act(head, args);
      const flow = this.#flows.get(head[5]);
      const value = flow === undefined ? act() : flow(act);
      if (!head[4]) return this.#reply(call, value);
      void (value as Promise<unknown>).then(
        (result) => this.#reply(call, result),
        (error: unknown) => this.#fail(call, error),
      );
    } catch (error) {
      this.#fail(call, error);
    }
  }

  // With functions and signals in their places.
  #read(call: number, parts: unknown[]): [CallHead, unknown[]] {
    const head = parts.slice(0, CALL_HEAD) as unknown as CallHead;
    const args = parts.slice(CALL_HEAD);
    const [, , , name, , , functions, signal, isAborted] = head;
    for (const place of functions) {
      const index = place < 0 ? -place - 1 : place;
      args[index] = this.#functionFor(call, index, name === 'withAsync', place < 0);
    }
    if (signal >= 0) {
      const controller = new AbortController();
      if (isAborted) controller.abort();
      this.#controllers.set(call, controller);
      args[signal] = { ...(args[signal] as object), signal: controller.signal };
    }
    return [head, args];
  }

  #act([number, member, action, name]: CallHead, args: unknown[]): unknown {
    if (action === 'new') return construct(String(name), args);
    if (action === 'lend') return (args as number[]).forEach(retain);
    if (action === 'unlend') return (args as number[]).forEach(release);
    if (action === 'dispose') {
      const guard = this.#guards.get(number);
      this.#guards.delete(number);
      return guard?.[Symbol.dispose]();
    }
    const object = attach(number) as Members;
    if (action === 'reflect')
      return (Reflect as unknown as Record<string, Method>)[String(name)]?.(object, ...args);
    const target = member === '' ? object : (object[member] as Members);
    if (action === 'get') return target[name];
    if (action === 'set') return void (target[name] = args[0]);
    return Reflect.apply(target[name] as Method, target, args);
  }

  #reply(call: number, value: unknown): void {
    try {
      this.#say(TALK.RESULT, call, this.#form(value), ['', 'result']);
      this.#controllers.delete(call);
    } catch (error) {
      this.#fail(call, error);
    }
  }

  #form(value: unknown): [string, unknown] {
    if (typeof value !== 'object' || value === null) return ['value', value];
    if (Object.getPrototypeOf(value) === Object.prototype && Symbol.dispose in value) {
      this.#guards.set(++this.#last, value as Disposable);
      return ['guard', this.#last];
    }
    const isIterator = Symbol.iterator in value && 'next' in value && !types.isProxy(value);
    return isIterator ? ['list', [...(value as Iterable<unknown>)]] : ['value', value];
  }

  #fail(call: number, error: unknown): void {
    const signal = this.#controllers.get(call)?.signal;
    this.#controllers.delete(call);
    let told: [string, unknown] = ['error', error];
    if (error instanceof CallBackError) told = ['call-back', error.number];
    else if (signal?.aborted === true && error === signal.reason) told = ['aborted', 0];
    try {
      this.#say(TALK.FAILURE, call, told, ['', 'error']);
    } catch (cause) {
      const text = `Cannot send the error "${String(error)}" as something in it cannot travel`;
      this.#say(
        TALK.FAILURE,
        call,
        ['error', new TransferError(text, { cause: String(cause) })],
        '',
      );
    }
  }

  #say(type: number, call: number, value: unknown, label: string | string[]): void {
    const { broker, client, thread } = this.#place;
    const talk = writeTalk(type, call, encode(value, label, 'process'));
    post(broker, writeFrame(thread, client, talk));
  }

  // A function that stands for the client's.
  #functionFor(call: number, index: number, isAwaited: boolean, isAsync: boolean): Method {
    if (isAwaited) return (...args) => this.#callBackAsync(call, index, args);
    const now: Method = (...args) => this.#callBack(call, index, args);
    // As containers refuse those, and look at them for that.
    return isAsync ? async (...args) => now(...args) : now;
  }

  #callBack(call: number, index: number, args: unknown[]): unknown {
    const number = ++this.#last;
    let answer: Talk | null = null;
    this.#answers.set(number, (talk) => (answer = talk));
    this.#say(TALK.CALL_BACK, number, [call, index, 0, ...args], 'the arguments');
    for (;;) {
      this.work();
      if (answer !== null) break;
      awaitMail(this.#place.box);
    }
    return this.#resultOf(number, answer);
  }

  // The client's function runs in the asynchronous flow that this is called in.
  async #callBackAsync(call: number, index: number, args: unknown[]): Promise<unknown> {
    const number = ++this.#last;
    this.#flows.set(number, AsyncLocalStorage.snapshot());
    try {
      const answer = await new Promise<Talk>((resolve) => {
        this.#answers.set(number, resolve);
        this.#say(TALK.CALL_BACK, number, [call, index, number, ...args], 'the arguments');
      });
      return this.#resultOf(number, answer);
    } finally {
      this.#flows.delete(number);
    }
  }

  #resultOf(number: number, { type, message }: Talk): unknown {
    this.#answers.delete(number);
    if (type === TALK.FAILURE) throw new CallBackError(number);
    const [form, value] = decode(message) as [string, unknown];
    return form === 'promise' ? Promise.resolve() : value;
  }
}

function construct(name: string, args: unknown[]): unknown {
  const make = makers[name];
  // The ends of a pipe say themselves where they are born.
  if (make !== undefined)
    return name === 'Pipe' ? make(...args) : bearInFamily(() => make(...args));
  return Reflect.construct(classes[name] as NewableFunction, args);
}
