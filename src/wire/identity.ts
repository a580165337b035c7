// Who is who across threads: a function, class or symbol that comes home is the original.
//
// Each gets a text that names it in all threads when it first travels. What is rebuilt elsewhere
// keeps the name, so that sent on, or sent home, it is recognised.
import { threadId } from 'node:worker_threads';

/** What keeps its identity across threads. */
export type Citizen = object | symbol;

const origin = `${process.pid}.${threadId}.`;
const names = new WeakMap<WeakKey, string>();
const natives = new Map<string, WeakRef<WeakKey>>();
const rebuilt = new WeakSet();
const gone = new FinalizationRegistry<string>((id) => natives.delete(id));
let count = 0;

/** The name of something in all threads. */
export function idOf(value: Citizen): string {
  let id = names.get(value);
  if (id === undefined) {
    id = `${origin}${++count}`;
    names.set(value, id);
    natives.set(id, new WeakRef(value));
    gone.register(value, id);
  }
  return id;
}

/** What a name means, if it is from this thread and still there. */
export function atHome(id: string): Citizen | undefined {
  return id.startsWith(origin) ? natives.get(id)?.deref() : undefined;
}

/** Lets something that was rebuilt here have the name of its original. */
export function adopt(value: Citizen, id: string): void {
  names.set(value, id);
  if (typeof value !== 'symbol') rebuilt.add(value);
}

/** Whether something was rebuilt here from what another thread sent. */
export function isRebuilt(value: object): boolean {
  return rebuilt.has(value);
}
