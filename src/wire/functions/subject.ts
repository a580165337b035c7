// A function that is to travel by value: its text, its place, and what messages say of it.
import { types } from 'node:util';
import type { Encoder } from '../encode/encoder.ts';
import type { Reason } from '../encode/refusal.ts';
import { lineAndColumn, readFunctionText } from '../source/function-text.ts';
import type { FunctionText } from '../source/function-text.ts';
import { readPlainText } from '../source/plain-text.ts';
import { urlOfScript } from '../source/inspector.ts';
import type { CapturedScope, SourceFunction } from '../source/inspector.ts';
import { toPath, toUrl } from './modules.ts';

/** Any function or class. */
export type AnyFunction = (...args: never) => unknown;

/** A function with source text. */
export class Subject {
  readonly value: AnyFunction;
  readonly text: FunctionText;
  readonly scriptId: string;
  readonly scopes: readonly CapturedScope[];
  /** Where the text begins in its file, from 0. */
  readonly line: number;
  readonly column: number;
  readonly #isRebuilt: boolean;
  #url: string | undefined;

  constructor(value: AnyFunction, text: FunctionText, info: SourceFunction, isRebuilt: boolean) {
    this.#isRebuilt = isRebuilt;
    this.value = value;
    this.text = text;
    this.scriptId = info.scriptId;
    this.scopes = info.scopes;
    const [lines, column] = lineAndColumn(text.text, text.anchor);
    this.line = info.line - lines;
    this.column = lines > 0 ? 0 : Math.max(0, info.column - column);
  }

  get url(): string {
    return (this.#url ??= this.scriptId === '' ? '' : toUrl(urlOfScript(this.scriptId)));
  }

  get name(): string {
    return nameOf(this.value);
  }

  get isModule(): boolean {
    return isModuleScope(outermost(this.scopes));
  }

  /** The scope whose variables are the module's own; undefined when there is no telling. */
  get moduleScope(): CapturedScope | undefined {
    if (this.#isRebuilt) return undefined;
    const scope = outermost(this.scopes);
    if (scope?.kind !== 'Closure' || !isRunnerScope(scope)) return scope;
    // vitest wraps a module in a function that holds only its own variables.
    return this.scopes[this.scopes.indexOf(scope) - 1] ?? scope;
  }

  /** `file:line:column` of an offset in the text, as editors count. */
  at(offset: number): string {
    const [line, column] = lineAndColumn(this.text.text, offset);
    const start = line > 0 ? 0 : this.column;
    return `${toPath(this.url)}:${this.line + line + 1}:${start + column + 1}`;
  }

  /** Stops: the function itself cannot travel. */
  refuse(encoder: Encoder, reason: Reason, offset: number, state: string, cure: string): never {
    const kind = this.text.isClass ? 'the class' : 'the function';
    encoder.refuse({
      reason,
      value: this.value,
      place: this.at(offset),
      state: `${kind} '${this.name}' ${state}`,
      cure,
    });
  }
}

/** The name of a function for messages. */
export function nameOf(value: AnyFunction): string {
  const { name } = value as { name?: unknown };
  return typeof name === 'string' && name !== '' ? name : '(anonymous)';
}

/** Reads the text of a function; refuses one that cannot be parsed. */
export function readSubject(encoder: Encoder, value: AnyFunction, info: SourceFunction): Subject {
  const text = Function.prototype.toString.call(value);
  let strict: boolean | undefined;
  if (isModuleScope(outermost(info.scopes))) strict = true;
  else if (isSloppy(value)) strict = false;
  const plain = readPlainText(text, strict, info.scopes);
  return new Subject(
    value,
    plain ?? parse(encoder, value, text, strict),
    info,
    encoder.home.isRebuilt(value),
  );
}

/** Parses a text; refuses one that cannot be parsed. */
export function parse(
  encoder: Encoder,
  value: AnyFunction,
  text: string,
  strict: boolean | undefined,
): FunctionText {
  try {
    return readFunctionText(text, strict);
  } catch (cause) {
    return encoder.refuse({
      reason: 'UNPARSABLE',
      value,
      state: `the source of '${nameOf(value)}' cannot be parsed: ${(cause as Error).message}`,
      cure: 'Export it from a module of its own, so that it is sent by reference',
      cause,
    });
  }
}

/** What a function without source text is, in words. */
export function nativeKind(value: AnyFunction): string {
  return types.isProxy(value) ? 'a Proxy' : 'a native function';
}

/** Only a sloppy function lets itself be asked; an arrow function never does. */
function isSloppy(value: AnyFunction): boolean {
  try {
    return Reflect.get(value, 'caller') !== undefined;
  } catch {
    return false;
  }
}

function outermost(scopes: readonly CapturedScope[]): CapturedScope | undefined {
  return scopes.findLast(({ kind }) => kind !== 'Global' && kind !== 'Script');
}

function isModuleScope(scope: CapturedScope | undefined): boolean {
  return scope?.kind === 'Module';
}

function isRunnerScope({ variables }: CapturedScope): boolean {
  const names = Object.getOwnPropertyNames(variables);
  return names.every((name) => name.startsWith('__vite_ssr_') || name.startsWith('__vi_'));
}
