// Has modules of the pool import doubles of what is below them, in which things can go wrong. To be
// called before heddle is imported.
//
// The caller's mailbox gets one wherever this is in effect. A worker's program is loaded a second
// time for it, under a name of its own (workers.ts), so a thread can run one kind of worker after
// the other.
import { registerHooks } from 'node:module';

/** In the address of a module: it is the one that gets the doubles. */
export const MARK = '?faulty';

const DOUBLES: Readonly<Record<string, readonly string[]>> = {
  [`/src/pool/worker/run.ts${MARK}`]: ['task', 'delivery', 'call'],
  [`/src/pool/worker/take.ts${MARK}`]: ['task', 'task-queue'],
  '/src/pool/caller/mailbox.ts': ['delivery'],
};
const WITH_DOUBLES = ['./run.ts', './take.ts'];
const IN_EFFECT = Symbol.for('heddle.test.pool.faults');

const global = globalThis as { [IN_EFFECT]?: boolean };

/** Puts the doubles in their places, in this thread; nothing happens the second time. */
export function putDoubles(): void {
  if (global[IN_EFFECT] === true) return;
  global[IN_EFFECT] = true;
  registerHooks({
    resolve: (specifier, context, next) => {
      const parent = context.parentURL ?? '';
      const double = doubleFor(parent, specifier);
      if (double !== undefined) {
        return { url: double, shortCircuit: true, format: 'module-typescript' };
      }
      const resolved = next(specifier, context);
      const isOurs = parent.endsWith(MARK) && WITH_DOUBLES.includes(specifier);
      return isOurs ? { ...resolved, url: resolved.url + MARK } : resolved;
    },
  });
}

function doubleFor(parent: string, specifier: string): string | undefined {
  const names = Object.entries(DOUBLES).find(([path]) => parent.endsWith(path))?.[1] ?? [];
  const name = names.find((one) => specifier === `../shared/${one}.ts`);
  return name === undefined ? undefined : new URL(`doubles/${name}.ts`, import.meta.url).href;
}
