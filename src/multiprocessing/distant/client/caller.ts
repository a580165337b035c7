// Calls of one thread of a client, which its agent in the host executes (agent.ts).
//
// Who calls and blocks sleeps on the mailbox of its thread; meanwhile it runs the functions that
// are called back, and settles asynchronous calls whose answers come. While there are such, a loop
// waits for the same bell.
import { AsyncLocalStorage } from 'node:async_hooks';
import { types } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { HeddleError } from '../../../errors/index.ts';
import {
  addHolding,
  allocate,
  arena,
  atomics,
  checkpoint,
  defineKind,
  isClient,
  release,
  retain,
  takeHolding,
  whenKeeperFails,
  whenThreadEnds,
} from '../../../kernel/index.ts';
import { decode, decodeAsync, encode, releaseBytes } from '../../../wire/index.ts';
import { tellBridge } from './errands.ts';
import { TALK, readTalk, writeTalk } from '../frames.ts';
import type { Talk } from '../frames.ts';
import { awaitMail, awaitMailAsync, newMailbox, post, takeMail } from '../mail.ts';
import { RETURNING } from '../names.ts';

/** A call, ready to be sent. */
export interface Call {
  readonly name: PropertyKey;
  /** Head and arguments, and what these are called in messages. */
  readonly parts: readonly unknown[];
  readonly labels: readonly string[];
  /** By the place of the argument. */
  readonly functions: ReadonlyMap<number, (...args: unknown[]) => unknown>;
  readonly signal: AbortSignal | undefined;
  /** What this thread shows as what it waits for. */
  readonly waitingFor: number;
}

type InContext = <T>(act: () => T) => T;

interface Pending {
  readonly number: number;
  readonly call: Call;
  readonly message: Uint8Array;
  readonly inContext: InContext;
  readonly settle: (() => void) | null;
  reply: Talk | null;
  /** What a function returned last. */
  returned: unknown;
}

/** The asynchronous flow of a call back that the running code is part of. */
let flow: AsyncLocalStorage<number> | null = null;

/** Its number; 0 without. */
export function currentFlow(): number {
  return flow?.getStore() ?? 0;
}

/** Cells of what stands for this thread as long as it lives. */
const LIFE = { THREAD: 0, CELLS: 1 } as const;
const THREAD: number = defineKind('DistantThread', import.meta.url, {
  destroy: (life) => {
    tellBridge({ type: 'end', thread: atomics.peek(arena.cells, life + LIFE.THREAD) });
  },
});

let caller: Caller | null = null;

/** The calls of this thread. */
export function callerHere(): Caller {
  return (caller ??= new Caller());
}

function endCaller(): void {
  const ending = caller;
  caller = null;
  ending?.end();
}

whenThreadEnds(endCaller);
// The bridge lives in it.
whenKeeperFails(() => caller?.giveUp());
if (isClient() && isMainThread) process.on('exit', endCaller);

class Caller {
  readonly #thread: number = arena.tid;
  readonly #box: number = newMailbox();
  readonly #life: number;
  readonly #arrived: Talk[] = [];
  readonly #pending = new Map<number, Pending>();
  readonly #thrown = new Map<number, unknown>();
  #awaited = 0;
  #isPumping = false;
  #last = 0;
  #isLost = false;

  constructor() {
    const life = allocate(LIFE.CELLS * 4, THREAD);
    atomics.poke(arena.cells, life, this.#thread);
    this.#life = addHolding(arena, life);
    retain(this.#box);
    tellBridge({ type: 'open', thread: this.#thread, box: this.#box });
  }

  /** The thread has ended. Blocks until nothing is held for it any more. */
  end(): void {
    release(takeHolding(arena, this.#life));
    for (;;) {
      this.#work();
      if (this.#isLost) break;
      awaitMail(this.#box);
    }
    release(this.#box);
  }

  /** Nobody will answer any more. */
  giveUp(): void {
    post(this.#box, writeTalk(TALK.STOP, 0, new Uint8Array(0)));
  }

  /** Makes a call, and blocks until it has been answered. */
  call(call: Call, before: () => void = () => {}): unknown {
    checkpoint();
    const pending = this.#send(call, null);
    for (;;) {
      this.#work();
      if (pending.reply !== null || this.#isLost) break;
      awaitMail(this.#box, call.waitingFor);
    }
    return this.#conclude(pending, (message) => {
      before();
      return decode(message);
    });
  }

  /** Makes a call, and awaits the answer. */
  async callAsync(call: Call): Promise<unknown> {
    const { promise: settled, resolve } = Promise.withResolvers<void>();
    const pending = this.#send(call, resolve);
    const abort = (): void => this.#say(TALK.ABORT, pending.number, 0);
    call.signal?.addEventListener('abort', abort, { once: true });
    this.#awaited++;
    this.#pump();
    await settled;
    call.signal?.removeEventListener('abort', abort);
    return await this.#conclude(pending, decodeAsync);
  }

  #send(call: Call, settle: (() => void) | null): Pending {
    if (this.#isLost) throw hostEnded();
    const message = encode(call.parts, call.labels, 'process');
    const hasFunctions = call.functions.size > 0;
    const number = ++this.#last;
    const pending: Pending = {
      number,
      call,
      message,
      inContext: hasFunctions ? AsyncLocalStorage.snapshot() : (act) => act(),
      settle,
      reply: null,
      returned: undefined,
    };
    this.#pending.set(number, pending);
    const bytes = writeTalk(TALK.CALL, number, message);
    tellBridge({ type: 'talk', thread: this.#thread, bytes });
    return pending;
  }

  // Takes in all that has come, whosever it is.
  #work(): void {
    for (const mail of takeMail(this.#box)) this.#arrived.push(readTalk(mail));
    for (let talk = this.#arrived.shift(); talk !== undefined; talk = this.#arrived.shift()) {
      if (talk.type === TALK.STOP) this.#lose();
      else if (talk.type === TALK.CALL_BACK) this.#callBack(talk);
      else this.#settle(talk.call, talk);
    }
  }

  #settle(number: number, reply: Talk | null): void {
    const pending = this.#pending.get(number);
    if (pending === undefined) return;
    this.#pending.delete(number);
    pending.reply = reply;
    if (pending.settle === null) return;
    // Not by the one who awaits it, who is told so only later: the pump, which looks at once, would
    // wait for more, and keep the program alive for nothing.
    this.#awaited--;
    pending.settle();
  }

  // Settles all: nobody awaits anything from then on.
  #lose(): void {
    this.#isLost = true;
    for (const number of this.#pending.keys()) this.#settle(number, null);
  }

  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    void this.#runPump();
  }

  async #runPump(): Promise<void> {
    // Looked at before the mailbox is, which is gone when the thread has ended meanwhile.
    while (this.#awaited > 0) {
      this.#work();
      if (this.#awaited > 0) await awaitMailAsync(this.#box);
    }
    this.#isPumping = false;
  }

  // The value, or a promise of it, as it is read.
  #conclude(pending: Pending, read: (message: Buffer) => unknown): unknown {
    const { reply, call } = pending;
    releaseBytes(pending.message);
    if (reply === null) throw hostEnded();
    if (reply.type === TALK.FAILURE) throw this.#errorOf(reply, call);
    const told = read(reply.message);
    const form = (pair: unknown): unknown => this.#form(pair as [string, unknown], pending);
    return told instanceof Promise ? told.then(form) : form(told);
  }

  #form([form, value]: [string, unknown], { call, returned }: Pending): unknown {
    if (form === 'list') return (value as unknown[])[Symbol.iterator]();
    if (form === 'guard') return this.#guard(value as number);
    return RETURNING.has(call.name) ? returned : value;
  }

  #guard(number: number): Disposable {
    let isHeld = true;
    return {
      [Symbol.dispose]: (): void => {
        if (!isHeld || caller !== this) return;
        isHeld = false;
        this.call(disposal(number));
      },
    };
  }

  #errorOf(reply: Talk, call: Call): unknown {
    const [form, value] = decode(reply.message) as [string, unknown];
    if (form === 'aborted') return call.signal?.reason;
    if (form !== 'call-back') return value;
    const thrown = this.#thrown.get(value as number);
    this.#thrown.delete(value as number);
    return thrown;
  }

  #callBack({ call: number, message }: Talk): void {
    const [call, index, inFlow, ...args] = decode(message) as [
      number,
      number,
      number,
      ...unknown[],
    ];
    const pending = this.#pending.get(call);
    const act = index < 0 ? (args.shift() as () => unknown) : pending?.call.functions.get(index);
    if (act === undefined) return this.#failBack(number, hostEnded());
    if (inFlow !== 0 && pending !== undefined) {
      const flows = (flow ??= new AsyncLocalStorage());
      return void this.#callBackAsync(number, pending, () => flows.run(inFlow, () => act(...args)));
    }
    try {
      const value = pending === undefined ? act() : pending.inContext(() => act(...args));
      if (pending !== undefined) pending.returned = value;
      this.#say(TALK.RESULT, number, resultFor(pending?.call.name, value));
    } catch (error) {
      this.#failBack(number, error);
    }
  }

  async #callBackAsync(number: number, pending: Pending, act: () => unknown): Promise<void> {
    try {
      pending.returned = await pending.inContext(act);
      this.#say(TALK.RESULT, number, ['value', undefined]);
    } catch (error) {
      this.#failBack(number, error);
    }
  }

  #failBack(number: number, error: unknown): void {
    this.#thrown.set(number, error);
    this.#say(TALK.FAILURE, number, 0);
  }

  #say(type: number, number: number, value: unknown): void {
    if (caller !== this) return;
    const bytes = writeTalk(type, number, encode(value, 'the value', 'process'));
    tellBridge({ type: 'talk', thread: this.#thread, bytes });
  }
}

// What of a value the host has to know.
function resultFor(name: PropertyKey | undefined, value: unknown): [string, unknown] {
  if (types.isPromise(value)) return ['promise', undefined];
  if (name === undefined) return ['value', undefined];
  return ['value', RETURNING.has(name) ? Boolean(value) : value];
}

function disposal(number: number): Call {
  return {
    name: 'dispose',
    parts: [number, '', 'dispose', '', false, currentFlow(), [], -1, false],
    labels: [],
    functions: new Map(),
    signal: undefined,
    waitingFor: 0,
  };
}

function hostEnded(): HeddleError {
  return new HeddleError(
    'Cannot reach what processes share as the first process of the family, which has it, or the ' +
      'thread there that serves this one has ended',
    { code: 'ERR_HEDDLE_HOST_ENDED' },
  );
}
