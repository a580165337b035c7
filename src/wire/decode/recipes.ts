// Functions and classes whose recipe is in a block of its own: written once, named by its handle
// ever after.
//
// A thread that knows a recipe holds a reference to its block for as long as the function lives
// here, so a handle means the same function all that time; it is written down among what the thread
// holds, in case that is killed. The functions opened last are kept alive, since a pool's worker is
// handed the same one again and again, and holds it only in between.
import { addHolding, homeOf, isFamily, release, retain, takeHolding } from '../../kernel/index.ts';

const KEPT_ALIVE = 32;

// In this process's own memory, and in that of its family.
const handles: Readonly<Record<'thread' | 'process', WeakMap<object, number>>> = {
  thread: new WeakMap(),
  process: new WeakMap(),
};
const opened = new Map<number, WeakRef<object>>();
const latest: object[] = [];
const gone = new FinalizationRegistry<number>((entry) => {
  const handle = takeHolding(homeOf(entry), entry);
  if (opened.get(handle)?.deref() === undefined) opened.delete(handle);
  release(handle);
});

/** The block of a function's recipe; undefined when it has none that crosses the border. */
export function recipeOf(value: object, border: 'thread' | 'process'): number | undefined {
  return handles[border].get(value);
}

/** Makes a block the recipe of a function; the caller's reference to the block passes to it. */
export function setRecipe(value: object, handle: number): void {
  handlesBeside(handle).set(value, handle);
  know(value, handle);
}

/** Whether the function of a recipe is here already. */
export function isOpened(handle: number): boolean {
  return opened.get(handle)?.deref() !== undefined;
}

/** The function of a recipe; `decode` reads the block when the function is not here. */
export function openRecipe(handle: number, decode: (handle: number) => unknown): object {
  const here = opened.get(handle)?.deref();
  if (here !== undefined) return here;
  const value = decode(handle) as object;
  retain(handle);
  know(value, handle);
  // What came by another recipe before, or has come home, keeps that one.
  const known = handlesBeside(handle);
  if (!known.has(value)) known.set(value, handle);
  if (latest.push(value) > KEPT_ALIVE) latest.shift();
  return value;
}

// The reference passes to it.
function know(value: object, handle: number): void {
  opened.set(handle, new WeakRef(value));
  gone.register(value, addHolding(homeOf(handle), handle));
}

function handlesBeside(handle: number): WeakMap<object, number> {
  return isFamily(handle) ? handles.process : handles.thread;
}
