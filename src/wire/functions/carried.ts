// The platform's own objects that only a MessagePort can carry, and that never change.
import { types } from 'node:util';

/** What @types/node does not tell without the types of a browser. */
interface Webbed {
  readonly WebAssembly: Readonly<Record<'Module' | 'Memory', unknown>>;
}

const CARRIED = new Set([
  'Blob',
  'File',
  'BlockList',
  'SocketAddress',
  'X509Certificate',
  'CryptoKey',
  'KeyObject',
  'SecretKeyObject',
  'PublicKeyObject',
  'PrivateKeyObject',
  'Module',
  'Memory',
]);

/** Whether an object is one of them. */
export function isCarried(value: object): boolean {
  if (types.isKeyObject(value) || types.isCryptoKey(value)) return true;
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null;
  const name = prototype?.constructor?.name;
  return typeof name === 'string' && CARRIED.has(name) && isPlatforms(prototype?.constructor);
}

/** Whether a class is the platform's, not the user's. */
function isPlatforms(type: unknown): boolean {
  if (typeof type !== 'function') return false;
  const { name } = type;
  if (name === 'Module' || name === 'Memory') {
    return type === (globalThis as unknown as Webbed).WebAssembly[name];
  }
  return PLATFORM_GLOBALS.has(name)
    ? type === (globalThis as Record<string, unknown>)[name]
    : exportsOf('net', 'crypto').includes(type);
}

const PLATFORM_GLOBALS = new Set(['Blob', 'File', 'CryptoKey']);

function exportsOf(...modules: string[]): unknown[] {
  return modules.flatMap(
    (id) => Object.values(process.getBuiltinModule(id) as object) as unknown[],
  );
}
