// What users say about how their things travel, and we about ours.
import { createRequire } from 'node:module';
import util from 'node:util';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { moduleNow } from './decode/modules.ts';
import { refer, registerAgain } from './transfers.ts';
import type { Registration, TransferHooks } from './transfers.ts';

/**
 * Tells how instances of a class travel to another thread.
 *
 * Needed for classes with `#private` fields, and for those that wrap something that cannot leave
 * its thread. `reduce` is called where an instance is sent, `revive` where it arrives; both travel
 * along, so the class need not be known there. They hold for derived classes too. Registering a
 * class again replaces its hooks in this thread.
 *
 * @param type the class
 * @param hooks.reduce gives what of an instance travels
 * @param hooks.revive makes an instance from that
 * @throws {TypeError} if the class or a hook is not a function
 *
 * @example An account with a private balance
 * ```ts
 * import { registerTransfer } from 'heddle';
 * import { Thread } from 'heddle/threading';
 * class Account {
 *   #balance: number;
 *   constructor(balance: number) {
 *     this.#balance = balance;
 *   }
 *   get balance(): number {
 *     return this.#balance;
 *   }
 * }
 * registerTransfer(Account, {
 *   reduce: (account) => account.balance,
 *   revive: (balance: number) => new Account(balance),
 * });
 * const target = (account: Account): number => account.balance + 1;
 * const thread = new Thread({ target, args: [new Account(41)] });
 * console.log(thread.start().result()); // 42
 * ```
 */
export function registerTransfer<T extends object, D>(
  type: new (...args: never) => T,
  hooks: TransferHooks<T, D>,
): void {
  const { reduce, revive } = hooks;
  for (const [name, value] of Object.entries({ type, reduce, revive })) {
    if (typeof value !== 'function') {
      throw new TypeError(
        `Cannot register a transfer as ${name} is ${util.inspect(value)}, not a function`,
      );
    }
  }
  registerAgain([type, reduce, revive] as unknown as Registration);
}

/**
 * Gives a function that travels by reference: a thread imports the module and takes the export.
 *
 * For code that is minified, or where captured variables cannot be read. Called in this thread, it
 * loads the module, then calls the export.
 *
 * @param module URL, absolute path or package of the module; './path' is relative to the file that
 *   calls this
 * @param exportName name of the export; 'default' for the default export
 * @throws {TypeError} if `module` is relative and the calling file has no path
 *
 * @example
 * ```ts
 * import { fromModule } from 'heddle';
 * import { Thread } from 'heddle/threading';
 * const join = fromModule<(...parts: string[]) => string>('node:path', 'join');
 * console.log(new Thread({ target: join, args: ['a', 'b'] }).start().result()); // a/b
 * ```
 */
// oxlint-disable-next-line no-unnecessary-type-parameters -- the caller says what the export is
export function fromModule<F extends (...args: never[]) => unknown>(
  module: string | URL,
  exportName: string,
): F {
  const url = urlOf(module, callerOf());
  const call = (...args: unknown[]): unknown => {
    const exports = moduleNow({ parent: '', specifier: url, attributes: null });
    const found = (exports as Record<string, unknown>)[exportName];
    if (typeof found === 'function') return Reflect.apply(found, undefined, args) as unknown;
    throw new TypeError(
      `Cannot call '${exportName}' of ${url} as it is ${util.inspect(found)}, not a function`,
    );
  };
  Object.defineProperty(call, 'name', { value: exportName, configurable: true });
  refer(call, { url, exportName });
  return call as unknown as F;
}

/**
 * A function of ours, by an entry of `imports` in package.json and the name of its export.
 *
 * The package is bundled, so a function by itself does not tell which module exports it.
 */
// oxlint-disable-next-line no-unnecessary-type-parameters -- the caller says what the export is
export function referenceTo<F extends (...args: never[]) => unknown>(
  entry: string,
  exportName: string,
): F {
  const path = createRequire(import.meta.url).resolve(entry);
  return fromModule<F>(pathToFileURL(path), exportName);
}

function urlOf(module: string | URL, caller: string): string {
  if (module instanceof URL) return module.href;
  if (/^\.{1,2}\//.test(module)) {
    if (!/^(?:file:|\/|[a-zA-Z]:[\\/])/.test(caller)) {
      throw new TypeError(
        `Cannot find '${module}' as the code that asks for it is in no file\n` +
          'Give a URL, such as new URL(...), or an absolute path',
      );
    }
    return new URL(module, caller.startsWith('file:') ? caller : pathToFileURL(caller)).href;
  }
  if (/^(?:file|node|data):/.test(module)) return module;
  if (/^(?:\/|[a-zA-Z]:[\\/])/.test(module)) return pathToFileURL(module).href;
  const base = caller.startsWith('file:') ? fileURLToPath(caller) : caller;
  const found = createRequire(base === '' ? import.meta.url : base).resolve(module);
  return found.startsWith('/') || found.includes('\\')
    ? pathToFileURL(found).href
    : `node:${found}`;
}

/** The file that called the function that calls this. */
function callerOf(): string {
  return util.getCallSites(3)[2]?.scriptName ?? '';
}
