// The broker: a daemon thread of the host, whose loop always turns. It has a socket to each client,
// and an agent for each of the client's threads.
//
// It keeps account of the references that a client has: those that went to it in a reply or a
// letter, less those that it gave back. When a client is gone, whatever way, its references are
// given back, and its agents end; so what they held is abandoned, and what they waited for is not
// waited for any more.
import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { release } from '../../../kernel/index.ts';
import { Thread } from '../../../threading/index.ts';
import type { Event } from '../../../threading/index.ts';
import { handlesIn, referenceTo } from '../../../wire/index.ts';
import type { Address } from '../address.ts';
import { deliver } from '../delivery.ts';
import type { serveThread } from './agent.ts';
import {
  FRAME,
  FrameReader,
  TALK,
  readNumbers,
  readTalk,
  writeFrame,
  writeTalk,
} from '../frames.ts';
import type { Frame } from '../frames.ts';
import { awaitMailAsync, newMailbox, post, ring, takeMail } from '../mail.ts';
import { ENTRIES } from '../names.ts';

const NOTHING = new Uint8Array(0);
const HEAD_BYTES = 16;

/** Serves the clients of this process for as long as that lives. */
export async function serveFamily(address: Address, box: number, ready: Event): Promise<void> {
  const clients = new Map<number, Client>();
  let last = 0;
  const server = net.createServer((socket) => {
    const client = new Client(++last, socket, address.secret, box);
    clients.set(last, client);
    void client.gone.then(() => clients.delete(client.number));
  });
  server.listen(address.path);
  await once(server, 'listening');
  ready.set();
  for (;;) {
    // As agents wrote it: the kind of the frame is the client.
    for (const mail of takeMail(box)) {
      const [thread, number] = [mail.readInt32LE(4), mail.readUInt32LE(8)];
      const talk = mail.subarray(HEAD_BYTES);
      const client = clients.get(number);
      if (number === 0) void endOf([...clients.values()], Number(talk.toString()), thread);
      else if (client === undefined) handlesIn(readTalk(talk).message).forEach(release);
      else client.tell(thread, talk);
    }
    await awaitMailAsync(box);
  }
}

// The system closes the socket of a process that has ended; then its agents end.
async function endOf(clients: readonly Client[], pid: number, answer: number): Promise<void> {
  await Promise.all(clients.filter((client) => client.pid === pid).map((client) => client.gone));
  ring(answer);
  release(answer);
}

interface Agent {
  readonly box: number;
  readonly thread: Thread;
  /** Calls that it has not answered. */
  busy: number;
}

class Client {
  readonly number: number;
  readonly #socket: net.Socket;
  readonly #secret: string;
  readonly #box: number;
  readonly #agents = new Map<number, Agent>();
  /** References to blocks, by handle. */
  readonly #account = new Map<number, number>();
  /** Of the process; 0 until it has said who it is. */
  pid = 0;
  #name = '';
  /** Resolves when nothing is left of it. */
  readonly gone: Promise<void>;
  readonly #ending = new Set<Promise<void>>();

  constructor(number: number, socket: net.Socket, secret: string, box: number) {
    this.number = number;
    this.#socket = socket;
    this.#secret = secret;
    this.#box = box;
    socket.on('data', new FrameReader((frame) => this.#take(frame)).push);
    socket.on('error', () => {});
    this.gone = once(socket, 'close').then(
      () => this.#end(),
      () => this.#end(),
    );
  }

  /** Hands on what an agent says. */
  tell(thread: number, talk: Buffer): void {
    const { type, message } = readTalk(talk);
    for (const handle of handlesIn(message)) this.#add(handle);
    const agent = this.#agents.get(thread);
    if (agent !== undefined && (type === TALK.RESULT || type === TALK.FAILURE)) agent.busy--;
    this.#socket.write(writeFrame(thread, FRAME.TALK, talk));
  }

  #take({ thread, kind, rest }: Frame): void {
    if (this.pid === 0) return this.#greet(kind, rest);
    switch (kind) {
      case FRAME.TALK: {
        const agent = this.#agents.get(thread) ?? this.#employ(thread);
        const isCall = readTalk(rest).type === TALK.CALL;
        if (isCall) agent.busy++;
        const failure = deliver(agent.box, rest);
        if (failure !== null && isCall) this.tell(thread, failure);
        else if (failure !== null) post(agent.box, failure);
        return;
      }
      case FRAME.END:
        return this.#dismiss(thread);
      case FRAME.ADOPT:
        for (const handle of readNumbers(rest)) this.#add(handle);
        return;
      case FRAME.DROP:
        for (const handle of readNumbers(rest)) this.#drop(handle);
        return;
      case FRAME.NAME:
        this.#name = rest.toString();
        for (const agent of this.#agents.values()) agent.thread.name = this.#name;
    }
  }

  #greet(kind: number, rest: Buffer): void {
    const secret = Buffer.from(this.#secret);
    const told = rest.subarray(0, secret.length);
    const isKnown = told.length === secret.length && timingSafeEqual(told, secret);
    if (kind !== FRAME.HELLO || !isKnown) {
      this.#socket.destroy();
      return;
    }
    const [pid = '', ...name] = rest.toString('utf8', secret.length).split(' ');
    this.pid = Number(pid);
    this.#name = name.join(' ');
  }

  #employ(number: number): Agent {
    const box = newMailbox();
    const thread = new Thread({
      target: referenceTo<typeof serveThread>(ENTRIES.agent, 'serveThread'),
      args: [{ box, broker: this.#box, client: this.number, thread: number }],
      // As errors and dumps call who holds a lock.
      name: this.#name,
      daemon: true,
    }).start();
    const agent = { box, thread, busy: 0 };
    this.#agents.set(number, agent);
    void thread.joinAsync().then(() => this.#lose(number, agent));
    return agent;
  }

  // It ended by itself, of what it was given to read or had no memory for. Whoever calls is told.
  #lose(number: number, agent: Agent): void {
    if (this.#agents.get(number) !== agent) return;
    this.#agents.delete(number);
    release(agent.box);
    if (!this.#socket.destroyed) this.#socket.write(writeFrame(number, FRAME.END, NOTHING));
  }

  // One that may be blocked is stopped where it is.
  #dismiss(number: number): void {
    const agent = this.#agents.get(number);
    const answer = (): void => void this.#socket.write(writeFrame(number, FRAME.END, NOTHING));
    if (agent === undefined) return answer();
    this.#agents.delete(number);
    if (agent.busy > 0) agent.thread.terminate();
    else post(agent.box, writeTalk(TALK.STOP, 0, NOTHING));
    const ending = agent.thread.joinAsync().then(() => {
      release(agent.box);
      this.#ending.delete(ending);
      if (!this.#socket.destroyed) answer();
    });
    this.#ending.add(ending);
  }

  async #end(): Promise<void> {
    for (const number of this.#agents.keys()) this.#dismiss(number);
    await Promise.all(this.#ending);
    for (const [handle, count] of this.#account) for (let i = 0; i < count; i++) release(handle);
    this.#account.clear();
  }

  #add(handle: number): void {
    this.#account.set(handle, (this.#account.get(handle) ?? 0) + 1);
  }

  #drop(handle: number): void {
    const count = this.#account.get(handle);
    if (count === undefined) return;
    if (count === 1) this.#account.delete(handle);
    else this.#account.set(handle, count - 1);
    release(handle);
  }
}
