// Functions by value: their text, and the variables that they capture.
import type { Encoder } from '../encode/encoder.ts';
import * as form from '../format.ts';
import { findCaptures } from './captures.ts';
import type { Capture } from './captures.ts';
import { tableOf } from './modules.ts';
import { isSentAgain, mayChange } from './recipe-blocks.ts';
import type { AnyFunction, Subject } from './subject.ts';

/** A function and its variables. */
export interface Plan {
  readonly subject: Subject;
  readonly captures: readonly Capture[];
}

// Own properties of every function.
const USUAL_KEYS = new Set<PropertyKey>(['length', 'name', 'prototype', 'caller', 'arguments']);
const SHARE =
  'Return the value, put it into a Queue, or keep it in a shared Value, SharedList or SharedDict';

// Functions whose variables are never assigned: what they hold may change, but not the variables
// themselves.
const fixed = new WeakMap<AnyFunction, Plan>();

/**
 * Writes a function that has been sent before and whose variables stay the same; false for any
 * other.
 */
export function writeFixed(encoder: Encoder, value: AnyFunction): boolean {
  const plan = fixed.get(value);
  if (plan === undefined) return false;
  writePlan(encoder, plan);
  return true;
}

/** Writes a function with its text and variables. */
export function writeByValue(encoder: Encoder, subject: Subject): void {
  refuseOuterKeywords(encoder, subject);
  const plan = { subject, captures: findCaptures(encoder, subject) };
  if (isSentAgain(subject.value) && plan.captures.every((one) => isFixed(one, subject))) {
    fixed.set(subject.value, plan);
  }
  writePlan(encoder, plan);
}

function writePlan(encoder: Encoder, plan: Plan): void {
  const { subject, captures } = plan;
  const { out } = encoder;
  if (encoder.contexts.length === 1) refuseAssignments(encoder, plan);
  if (encoder.isRecipe && !captures.every((one) => isFixed(one, subject))) mayChange(encoder);
  encoder.number(subject.value);
  out.byte(form.FUNCTION);
  out.string(encoder.home.idOf(subject.value));
  encoder.drafts.push({ position: out.length, plan, contexts: [...encoder.contexts] });
  out.uint32(0);
  const { name } = subject.value as { name?: unknown };
  out.string(typeof name === 'string' ? name : '');
  for (const capture of captures) writeCapture(encoder, subject, capture);
  writeOwnProperties(encoder, subject);
}

function writeCapture(encoder: Encoder, subject: Subject, capture: Capture): void {
  const { out } = encoder;
  switch (capture.kind) {
    case 'counter':
      encoder.number(null);
      return out.byte(form.COUNTER);
    case 'importer':
      encoder.number(null);
      out.byte(form.DYNAMIC_IMPORT);
      return out.string(subject.url);
    case 'import':
      encoder.number(null);
      out.byte(form.IMPORT);
      out.count(encoder.table.module(capture.module));
      return out.string(capture.exportName);
    default:
  }
  encoder.enter({
    label: `captured variable '${capture.name}'`,
    value: capture.value,
    owner: subject.value,
    place: () => subject.at(capture.use.position),
  });
  if (capture.kind === 'value') encoder.write(capture.value);
  else writeMembers(encoder, capture.value, capture.members);
  encoder.leave();
}

// Not the object itself but a part of it, so it has a number that nothing refers to.
function writeMembers(encoder: Encoder, value: object, members: readonly string[]): void {
  mayChange(encoder);
  encoder.number(null);
  encoder.out.byte(form.PROPERTIES);
  encoder.out.byte(0);
  encoder.writeProperties(
    value,
    members.filter((member) => member in value),
  );
}

/** What a user has put on a function, and the static fields of a class. */
function writeOwnProperties(encoder: Encoder, { value, text }: Subject): void {
  const keys = Reflect.ownKeys(value).filter((key) => {
    if (USUAL_KEYS.has(key)) return false;
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (descriptor?.enumerable !== true || !('value' in descriptor)) return false;
    return !(text.isClass && typeof descriptor.value === 'function');
  });
  if (keys.length > 0) mayChange(encoder);
  encoder.writeProperties(value, keys);
}

/** Whether the variable is never assigned, so that it holds now what it will hold. */
function isFixed(capture: Capture, subject: Subject): boolean {
  if (capture.kind !== 'value') return true;
  if (capture.level === 'global' || capture.value === undefined) return false;
  return !tableOf(subject.scriptId).assigns(capture.name);
}

function refuseOuterKeywords(encoder: Encoder, subject: Subject): void {
  const { uses } = subject.text;
  if (uses.outerThis !== undefined) {
    subject.refuse(
      encoder,
      'CAPTURED_THIS',
      uses.outerThis,
      "uses the 'this' of the code around it, which cannot be read",
      'Write `const self = this` outside and use `self`, or send `this.method.bind(this)`',
    );
  }
  if (uses.outerArguments !== undefined) {
    subject.refuse(
      encoder,
      'CAPTURED_ARGUMENTS',
      uses.outerArguments,
      "uses the 'arguments' of the function around it, which cannot be read",
      'Copy what it needs of them to a variable outside',
    );
  }
  if (uses.outerSuper !== undefined) {
    subject.refuse(
      encoder,
      'CAPTURED_SUPER',
      uses.outerSuper,
      "uses 'super', which belongs to an object that cannot be read",
      'Send the method bound to its object: object.method.bind(object)',
    );
  }
  if (uses.outerNewTarget !== undefined) {
    subject.refuse(
      encoder,
      'CAPTURED_NEW_TARGET',
      uses.outerNewTarget,
      "uses the 'new.target' of the function around it, which cannot be read",
      'Copy it to a variable outside',
    );
  }
  if (uses.directEval !== undefined) {
    subject.refuse(
      encoder,
      'DIRECT_EVAL',
      uses.directEval,
      'calls eval(), so the variables that it needs cannot be known',
      'Use `new Function`, or (0, eval)(text), which see no local variables',
    );
  }
  if (uses.outerPrivate !== undefined) {
    subject.refuse(
      encoder,
      'PRIVATE_FIELDS',
      0,
      `uses the private name ${uses.outerPrivate} of a class outside it`,
      'Send a function that calls a public method instead, or the method bound to its object',
    );
  }
}

// Lazy initialisation (`x ??= …`) is as good in each thread as it is in one.
function refuseAssignments(encoder: Encoder, { subject, captures }: Plan): void {
  for (const { name, use } of captures) {
    const write = use.writes.find(({ operator }) => operator !== '??=' && operator !== '||=');
    if (write === undefined) continue;
    subject.refuse(
      encoder,
      'CAPTURED_ASSIGNMENT',
      write.position,
      `assigns '${name}', a variable outside it, of which a thread has a copy: it would be lost`,
      SHARE,
    );
  }
}
