// Functions and objects that travel by a name: a path, or a module and an export.
import type { Encoder } from '../encode/encoder.ts';
import * as form from '../format.ts';
import type { WellKnown } from './well-known.ts';

/** Writes the path of something that every thread has. */
export function writeWellKnown(encoder: Encoder, value: object, known: WellKnown): void {
  const { out } = encoder;
  encoder.number(value);
  out.byte(known.tag);
  if (known.tag === form.BUILTIN) out.string(known.module);
  out.count(known.path.length);
  for (const key of known.path) out.key(key);
}

/** Writes an export of a CommonJS module, or all of them. */
export function writeCommonJs(
  encoder: Encoder,
  value: object,
  file: string,
  name: string | null,
): void {
  encoder.number(value);
  encoder.out.byte(form.COMMONJS);
  encoder.out.string(file);
  encoder.out.count(name === null ? 0 : 1);
  if (name !== null) encoder.out.key(name);
}

/** Writes an export of a module that is named by its URL; '*' is all of them. */
export function writeImport(encoder: Encoder, value: object, url: string, name: string): void {
  encoder.number(value);
  encoder.out.byte(form.IMPORT);
  encoder.out.count(encoder.table.module({ parent: '', specifier: url, attributes: null }));
  encoder.out.string(name);
}
