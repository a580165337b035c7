// Who is who across threads: a function, class or symbol that comes home is the original.
//
// Each gets a text that names it in all threads when it first travels. What is rebuilt elsewhere
// keeps the name, so that sent on, or sent home, it is recognised.
import { ownThread } from './origin.ts';

/** What keeps its identity across threads. */
export type Citizen = object | symbol;

/** Citizens by name, as long as somebody else holds them. */
export class Register<T extends Citizen> {
  readonly #citizens = new Map<string, WeakRef<WeakKey>>();
  readonly #gone = new FinalizationRegistry<string>((id) => {
    if (this.get(id) === undefined) this.#citizens.delete(id);
  });

  get(id: string): T | undefined {
    return this.#citizens.get(id)?.deref() as T | undefined;
  }

  set(id: string, value: T): void {
    this.#citizens.set(id, new WeakRef(value));
    this.#gone.register(value, id);
  }
}

const origin = `${ownThread}.`;
const names = new WeakMap<WeakKey, string>();
const natives = new Register<Citizen>();
const rebuilt = new WeakSet();
let count = 0;

/** The name of something in all threads. */
export function idOf(value: Citizen): string {
  let id = names.get(value);
  if (id === undefined) {
    id = `${origin}${++count}`;
    names.set(value, id);
    natives.set(id, value);
  }
  return id;
}

/** What a name means, if it is from this thread and still there. */
export function atHome(id: string): Citizen | undefined {
  return id.startsWith(origin) ? natives.get(id) : undefined;
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
