// An end of a pipe that the host has. It is closed here when the host's is closed for this thread;
// then the reference to it goes back at once, and not only when nobody knows the object any more.
import { RuntimeError } from '../../../errors/index.ts';
import { isClient } from '../../../kernel/index.ts';
import { Connection } from '../../pipe/connection.ts';
import { act } from './act.ts';
import { letGoOf, makeDistant } from './stand-in.ts';

class DistantConnection extends Connection {
  static {
    if (isClient()) {
      makeDistant(this, 'Connection');
      makeClosable(this.prototype);
    }
  }
}

/** Makes the two ends of a pipe, in the host. */
export function newDistantPipe(options: object): [Connection, Connection] {
  const deed = { number: 0, member: '', action: 'new', name: 'Pipe', waitingFor: 0 } as const;
  return act(deed, [options]) as [Connection, Connection];
}

/** What is still told of ends that have been closed. */
const closed = new WeakMap<object, Readonly<Record<string, boolean>>>();

function makeClosable(prototype: DistantConnection): void {
  for (const [key, member] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (key === 'constructor' || key === 'close') continue;
    Object.defineProperty(prototype, key, closable(key, member));
  }
  // oxlint-disable-next-line typescript/unbound-method -- called with its object below
  const { close } = prototype;
  const closeOnce = function (this: DistantConnection): void {
    if (closed.has(this)) return;
    const { readable, writable } = this;
    close.call(this);
    closed.set(this, { readable, writable, closed: true });
    letGoOf(this);
  };
  for (const key of ['close', Symbol.dispose]) {
    Object.defineProperty(prototype, key, { configurable: true, value: closeOnce });
  }
}

function closable(name: string, member: PropertyDescriptor): PropertyDescriptor {
  const value: unknown = member.value;
  if (typeof value !== 'function') {
    return {
      configurable: true,
      get(this: object): unknown {
        return closed.get(this)?.[name] ?? member.get?.call(this);
      },
    };
  }
  return {
    configurable: true,
    writable: true,
    value(this: object, ...args: unknown[]): unknown {
      if (!closed.has(this)) return Reflect.apply(value as () => unknown, this, args) as unknown;
      const doing = name.startsWith('send') ? 'send through' : 'receive from';
      const error = new RuntimeError(`Cannot ${doing} a pipe as this end was closed here`);
      if (name.endsWith('Async')) return Promise.reject(error);
      throw error;
    },
  };
}
