// Rules of language: what a file may not use.
import { Visitor } from 'oxc-parser';
import type { Source } from '../../tools/sources.ts';
import { importsOf } from './arrows.ts';
import { offenceAt, type Offence } from './offence.ts';

/** Only the seam names `Atomics`, so that a double can take its place. */
export function strayAtomics(source: Source): Offence[] {
  if (source.path === 'src/kernel/atomics.ts') return [];
  const offences: Offence[] = [];
  new Visitor({
    Identifier(node) {
      if (node.name !== 'Atomics') return;
      offences.push(offenceAt(source, node.start, 'Atomics outside src/kernel/atomics.ts'));
    },
  }).visit(source.program);
  return offences;
}

/**
 * No enum, no namespace, no default export: what Node erases must be all that there is to erase.
 */
export function foreignSyntax(source: Source): Offence[] {
  const offences: Offence[] = [];
  const add = (node: { start: number }, what: string): void => {
    offences.push(offenceAt(source, node.start, what));
  };
  new Visitor({
    TSEnumDeclaration: (node) => add(node, 'an enum; use constants or a union of strings'),
    TSModuleDeclaration(node) {
      if (node.kind !== 'global') add(node, 'a namespace; use a module');
    },
    TSParameterProperty: (node) => add(node, 'a parameter property; declare the field'),
    ExportDefaultDeclaration: (node) => add(node, 'a default export; name it'),
    ExportSpecifier(node) {
      const { exported } = node;
      const name = exported.type === 'Literal' ? exported.value : exported.name;
      if (name === 'default') add(node, 'a default export; name it');
    },
  }).visit(source.program);
  return offences;
}

/** A rule that is switched off says why: `oxlint-disable-next-line RULE -- REASON`. */
export function silentExceptions(source: Source): Offence[] {
  return source.comments.flatMap((comment) => {
    const isException = /\b(oxlint|eslint)-disable|@ts-(ignore|expect-error|nocheck)/.test(
      comment.value,
    );
    if (!isException || /\s--\s+\S+|@ts-expect-error:? \S+/.test(comment.value)) return [];
    return [offenceAt(source, comment.start, 'a rule is switched off without ` -- reason`')];
  });
}

const TIMERS = /^(setTimeout|setInterval|sleep|sleepAsync)$/;
// Where time may pass for its own sake.
const PLACES_FOR_TIME = /^test\/(support|stress|programs)\//;

/**
 * A test waits for an event, not for a time. Tests of `sleep` itself, and of timers, are in a file
 * of that name; programs, stress runs and the support folder are free.
 */
export function sleepingTests(source: Source): Offence[] {
  if (PLACES_FOR_TIME.test(source.path) || /\/(sleep|timer)[^/]*$/.test(source.path)) return [];
  const offences: Offence[] = [];
  new Visitor({
    CallExpression(node) {
      const { callee } = node;
      if (callee.type !== 'Identifier' || !TIMERS.test(callee.name)) return;
      offences.push(offenceAt(source, node.start, `${callee.name}(); wait for the event instead`));
    },
  }).visit(source.program);
  for (const { specifier, offset } of importsOf(source)) {
    if (!/^(node:)?timers(\/promises)?$/.test(specifier)) continue;
    offences.push(offenceAt(source, offset, `imports ${specifier}; wait for the event instead`));
  }
  return offences;
}
