// Functions and classes that came by value.
//
// A function is made before its variables are read, so it may be among them. A class is not: its
// body runs when it is made, and wants them. Classes that need each other are therefore made in the
// order in which their source has them, as the original program made them; who meets one before is
// told when it is there.
import { adopt, atHome, Register } from '../identity.ts';
import type { Code } from '../format.ts';
import type { Decoder } from './decoder.ts';
import { PENDING } from './pending.ts';
import { CELLS, IMPORT_META, METHOD, templateOf } from './templates.ts';
import type { Template } from './templates.ts';

/** A module-level variable that functions of this thread assign: one for all of them. */
interface Cell {
  v: unknown;
}

interface Head {
  readonly id: string;
  readonly template: Template;
  readonly name: string;
}

interface Missing {
  readonly name: string;
  readonly number: number;
}

// A class is one class however often it is sent; so is a function whose recipe never changes.
const rebuilt = new Register<object>();
const classes = new Register<object>();
const cells = new Map<string, Cell>();

// What a class counts in static fields should not begin anew because it had no instance for a
// while.
const CLASSES_KEPT_ALIVE = 1000;
const latest: object[] = [];

/** Where in which file the classes are that a message has begun and not yet made. */
const begun = new WeakMap<Decoder, Map<number, Code>>();

/** Reads a function or class that came by value. */
export function readFunction(decoder: Decoder): unknown {
  const id = decoder.in.string();
  const part = decoder.parts.codes[decoder.in.uint32()];
  if (part === undefined) throw new TypeError('Cannot read the message as it has no such code');
  const head: Head = { id, template: templateOf(part), name: decoder.in.string() };
  const known = atHome(id) ?? classes.get(id) ?? (decoder.isRecipe && rebuilt.get(id));
  if (known) return skip(decoder, head, known);
  return head.template.code.isClass ? readClass(decoder, head) : readClosure(decoder, head);
}

/** It is here: what it captures is read past. */
function skip(decoder: Decoder, head: Head, known: unknown): unknown {
  decoder.number(known);
  for (let left = head.template.code.names.length; left > 0; left--) decoder.read();
  decoder.readProperties({});
  return known;
}

function readClosure(decoder: Decoder, head: Head): unknown {
  const { template } = head;
  const [make, link] = template.instantiate();
  const value = (template.code.methodKey.length === 0 ? make() : methodOf(make())) as object;
  decoder.number(value);
  finish(value, head);
  if (decoder.isRecipe) {
    rebuilt.set(head.id, value);
  }
  const variables = newVariables(template);
  for (const { name, number } of readVariables(decoder, template.code, variables)) {
    linkLater(decoder, number, variables, name, link);
  }
  link(variables);
  decoder.readProperties(value);
  return value;
}

function readClass(decoder: Decoder, head: Head): unknown {
  const { template } = head;
  const { code } = template;
  const [make, link] = template.instantiate();
  const number = decoder.numberPending();
  const classesBegun = begun.get(decoder) ?? new Map<number, Code>();
  begun.set(decoder, classesBegun);
  classesBegun.set(number, code);
  const variables = newVariables(template);
  const missing = readVariables(decoder, code, variables);
  const statics: Record<PropertyKey, unknown> = {};
  decoder.readProperties(statics);

  const needed = missing.filter((one) => isBefore(classesBegun.get(one.number), code));
  let left = needed.length;
  const evaluate = (): object => {
    link(variables);
    const value = make() as object;
    finish(value, head);
    classes.set(head.id, value);
    if (latest.push(value) > CLASSES_KEPT_ALIVE) latest.shift();
    Object.defineProperties(value, Object.getOwnPropertyDescriptors(statics));
    for (const { name, number: late } of missing) {
      if (variables[name] === PENDING) linkLater(decoder, late, variables, name, link);
    }
    decoder.settle(number, value);
    return value;
  };
  for (const { name, number: late } of needed) {
    decoder.pending(late);
    decoder.whenReady((value) => {
      variables[name] = value;
      if (--left === 0) evaluate();
    });
  }
  return left === 0 ? evaluate() : decoder.pending(number);
}

/** Reads the values of the captured variables; gives those that are classes still to be made. */
function readVariables(
  decoder: Decoder,
  code: Code,
  variables: Record<string, unknown>,
): readonly Missing[] {
  const missing: Missing[] = [];
  for (const [i, name] of code.names.entries()) {
    const value = decoder.read();
    const key = code.cells[i] as string;
    if (key !== '') (variables[CELLS] as Record<string, Cell>)[name] = cellFor(key, value);
    else variables[name] = value;
    if (value === PENDING && key === '') missing.push({ name, number: decoder.pendingNumber });
  }
  return missing;
}

function newVariables(template: Template): Record<string, unknown> {
  const variables: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  if (template.importMeta !== null) variables[IMPORT_META] = template.importMeta;
  if (template.code.cells.some((key) => key !== '')) variables[CELLS] = {};
  return variables;
}

function linkLater(
  decoder: Decoder,
  number: number,
  variables: Record<string, unknown>,
  name: string,
  link: (variables: object) => void,
): void {
  decoder.pending(number);
  decoder.whenReady((value) => {
    variables[name] = value;
    link(variables);
  });
}

function cellFor(key: string, first: unknown): Cell {
  let cell = cells.get(key);
  if (cell === undefined) {
    cell = { v: first };
    cells.set(key, cell);
  }
  return cell;
}

function finish(value: object, { id, name }: Head): void {
  adopt(value, id);
  const named = value as { name?: unknown };
  if (typeof named.name === 'string' && named.name !== name) {
    Object.defineProperty(value, 'name', { value: name, configurable: true });
  }
}

function methodOf(object: unknown): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(object, METHOD);
  // oxlint-disable-next-line unbound-method -- it is the function itself that was sent
  return (descriptor?.value as unknown) ?? descriptor?.get ?? descriptor?.set;
}

function isBefore(code: Code | undefined, other: Code): boolean {
  if (code === undefined) return false;
  if (code.file !== other.file) return code.file < other.file;
  return code.line === other.line ? code.column < other.column : code.line < other.line;
}
