// How a function travels: by the first of these rules that fits.
//
//   its recipe is in a block already           the handle of the block (encode/encoder.ts)
//   every thread has it (`Math.max`)           its path
//   bound                                      target, `this` and arguments
//   a module other than the main one exports   the module's URL and the name
//   otherwise                                  by value: source text and captured variables
//
// The third time that a function is sent costs a look-up: from the second on it has a recipe, if
// nothing that it captures can change.
import { join } from 'node:path';
import { types } from 'node:util';
import { exportOfOurs } from '../../kernel/index.ts';
import type { Encoder } from '../encode/encoder.ts';
import * as form from '../format.ts';
import { inspectFunction, inspectorFailure } from '../source/inspector.ts';
import type { BoundFunction, SourceFunction } from '../source/inspector.ts';
import { writeCommonJs, writeImport, writeWellKnown } from './by-name.ts';
import { writeByValue, writeFixed } from './by-value.ts';
import { commonJsExport, isLoadable, isMain, tableOf, toPath } from './modules.ts';
import { writePortable } from './portable.ts';
import { writeOwnRecipe } from './recipe-blocks.ts';
import { nameOf, nativeKind, readSubject } from './subject.ts';
import type { AnyFunction, Subject } from './subject.ts';
import { findWellKnown, wellKnown } from './well-known.ts';

/** Writes a function or class that the message has not met. */
export function writeFunction(encoder: Encoder, value: AnyFunction): void {
  // What Node has written in JavaScript is found out below, by where it is written.
  const known = isNative(value) ? wellKnown(value) : undefined;
  if (known !== undefined) return writeWellKnown(encoder, value, known);
  const reference = encoder.home.referenceOf(value);
  if (reference !== undefined) {
    return writeImport(encoder, value, reference.url, reference.exportName);
  }
  if (inspectorFailure() !== undefined) return writePortable(encoder, value);
  if (writeOwnRecipe(encoder, value) || writeFixed(encoder, value)) return;
  const info = inspectFunction(value);
  if (info.kind === 'bound') return writeBound(encoder, value, info);
  if (info.kind === 'native') return writeNative(encoder, value);
  writeSource(encoder, value, info);
}

function isNative(value: AnyFunction): boolean {
  return Function.prototype.toString.call(value).endsWith('[native code] }');
}

function writeSource(encoder: Encoder, value: AnyFunction, info: SourceFunction): void {
  if (isRequire(value)) return writeRequire(encoder, value);
  const subject = readSubject(encoder, value, info);
  const { url } = subject;
  if (url.startsWith('node:')) return writeInternal(encoder, value, url);
  if (writeReference(encoder, subject, info)) return;
  writeByValue(encoder, subject);
}

/** By reference, if a module exports the function; false if none does. */
function writeReference(encoder: Encoder, subject: Subject, info: SourceFunction): boolean {
  const { url, value } = subject;
  if (isMain(url)) return false;
  const own = exportOfOurs(value);
  if (own !== undefined) {
    writeImport(encoder, value, own.url, own.name);
    return true;
  }
  if (!subject.isModule) {
    const exported = commonJsExport(value, toPath(url));
    if (exported === null) return false;
    writeCommonJs(encoder, value, exported.file, exported.name);
    return true;
  }
  if (!url.startsWith('file:') || !isLoadable(url)) return false;
  const name = tableOf(subject.scriptId).exportAt(info.line, info.column, subject.text.isClass);
  if (name === null) return false;
  writeImport(encoder, value, url, name);
  return true;
}

function writeBound(encoder: Encoder, value: AnyFunction, bound: BoundFunction): void {
  const { out } = encoder;
  const { target, boundThis, boundArguments } = bound;
  encoder.number(value);
  const name = nameOf(target as AnyFunction);
  // As Python pickles a bound method: the object, and the name to look up there. So `super` and
  // private members work.
  if (isMethodOf(boundThis, name, target)) {
    out.byte(form.METHOD);
    writePart(encoder, value, `the object that '${name}' is bound to`, boundThis);
    out.string(name);
  } else {
    out.byte(form.BOUND);
    writePart(encoder, value, 'the function that is bound', target);
    writePart(encoder, value, `the 'this' that '${name}' is bound to`, boundThis);
  }
  out.count(boundArguments.length);
  for (const [i, argument] of boundArguments.entries()) {
    writePart(encoder, value, `bound argument ${i + 1} of '${name}'`, argument);
  }
}

function writePart(encoder: Encoder, owner: object, label: string, value: unknown): void {
  encoder.enter({ label, value, owner });
  encoder.write(value);
  encoder.leave();
}

function writeNative(encoder: Encoder, value: AnyFunction): void {
  const known = types.isProxy(value) ? undefined : findWellKnown(value);
  if (known !== undefined) return writeWellKnown(encoder, value, known);
  const name = nameOf(value);
  encoder.refuse({
    reason: 'NATIVE_FUNCTION',
    value,
    state: `'${name}' is ${nativeKind(value)}, whose source cannot be read`,
    cure: `Wrap it in a function: (...args) => ${name === '(anonymous)' ? 'fn' : name}(...args)`,
  });
}

function writeInternal(encoder: Encoder, value: AnyFunction, url: string): void {
  const known = findWellKnown(value, url);
  if (known !== undefined) return writeWellKnown(encoder, value, known);
  encoder.refuse({
    reason: 'NATIVE_FUNCTION',
    value,
    state: `'${nameOf(value)}' is internal to Node.js (${url})`,
    cure: 'Make it anew inside the function that is sent, from the public API',
  });
}

function isRequire(value: AnyFunction): value is AnyFunction & NodeJS.Require {
  return (
    nameOf(value) === 'require' && Object.hasOwn(value, 'cache') && Object.hasOwn(value, 'resolve')
  );
}

/** The `require` of some module: another one of the same folder finds the same. */
function writeRequire(encoder: Encoder, value: NodeJS.Require): void {
  const [folder = process.cwd()] = value.resolve.paths('./module') ?? [];
  encoder.number(value);
  encoder.out.byte(form.REQUIRE);
  encoder.out.string(join(folder, 'module.js'));
}

function isMethodOf(object: unknown, name: string, method: unknown): object is object {
  if (typeof object !== 'object' || object === null) return false;
  for (let holder: unknown = object; holder !== null; holder = Object.getPrototypeOf(holder)) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, name);
    if (descriptor !== undefined) return descriptor.value === method;
  }
  return false;
}
