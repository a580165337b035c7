// Where the host of a family listens, and the secret by which it knows its own.
//
// On Linux the socket has no file, so none is left behind, whatever way the host ends; but any user
// of the machine could connect, hence the secret. Children get both by their environment.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Both. */
export interface Address {
  readonly path: string;
  readonly secret: string;
}

/** A new one. */
export function newAddress(): Address {
  const name = `heddle-${process.pid}-${randomBytes(8).toString('hex')}`;
  return { path: placeOf(name), secret: randomBytes(32).toString('hex') };
}

/** As a word. */
export function writeAddress({ path: place, secret }: Address): string {
  return Buffer.from(`${secret}${place}`).toString('base64url');
}

/** And back. */
export function readAddress(word: string): Address {
  const text = Buffer.from(word, 'base64url').toString();
  return { secret: text.slice(0, 64), path: text.slice(64) };
}

/** Removes what may be left of it in the file system. */
export function forgetAddress({ path: place }: Address): void {
  if (place.startsWith('/')) fs.rmSync(path.dirname(place), { recursive: true, force: true });
}

function placeOf(name: string): string {
  if (process.platform === 'linux') return `\0${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  // Only its user may look into it.
  return path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'heddle-')), 's');
}
