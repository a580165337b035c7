// The texts of the functions in a message, written once all of its functions are known.
//
// Only then is it known which module-level variables one of them assigns. Such a variable becomes a
// cell that all shipped functions of its module share in a thread, as they share the variable here:
// in the texts, `count` is replaced by `$heddleCells.count.v`. A local variable of some function
// around cannot be shared so, since V8 does not tell whether two functions have the same one.
import { threadId } from 'node:worker_threads';
import { ByteWriter } from '../encode/byte-writer.ts';
import type { Encoder } from '../encode/encoder.ts';
import type { EncodedCode } from '../encode/tables/message-table.ts';
import type { Context } from '../encode/refusal.ts';
import type { Code } from '../format.ts';
import { ownProcess, ownThread } from '../origin.ts';
import { sourceOfScript } from '../source/inspector.ts';
import type { Plan } from './by-value.ts';
import type { Capture } from './captures.ts';
import { toPath } from './modules.ts';
import type { Subject } from './subject.ts';

/** A function whose text is still to be written. */
export interface Draft {
  /** Where the number of its code belongs in the message. */
  readonly position: number;
  readonly plan: Plan;
  readonly contexts: readonly Context[];
}

/** The name of all cells in a text; decode/templates.ts declares it. */
const CELLS = '$heddleCells';
const IDS_OF_A_THREAD = 2 ** 32;

// By text and place: closures of one place have one code, however each of them was read.
const KEPT_CODES = 5000;
const kept = new Map<string, EncodedCode>();
let count = 0;

/** Writes the texts of all functions of a message to its table. */
export function writeCodes(encoder: Encoder, drafts: readonly Draft[]): void {
  const assigned = new Map<string, Draft>();
  const users = new Map<string, Set<unknown>>();
  for (const draft of drafts) {
    for (const capture of draft.plan.captures) {
      const key = keyOf(draft.plan.subject, capture);
      if (capture.use.writes.length > 0 && !assigned.has(key)) assigned.set(key, draft);
      users.set(key, (users.get(key) ?? new Set()).add(draft.plan.subject.value));
    }
  }
  for (const { position, plan } of drafts) {
    const cells = plan.captures.map((capture) => {
      const key = keyOf(plan.subject, capture);
      const writer = assigned.get(key);
      if (writer === undefined) return '';
      if (isOfModule(capture)) return key;
      if ((users.get(key)?.size ?? 0) > 1) refuseSharing(encoder, writer, capture.name);
      return '';
    });
    encoder.out.putUint32At(position, encoder.table.code(encodedCode(plan, cells)));
  }
}

function isOfModule(capture: Capture): boolean {
  return capture.kind === 'value' && capture.level === 'module';
}

function keyOf(subject: Subject, capture: Capture): string {
  const level = isOfModule(capture) ? '' : 'nested';
  return `${ownThread}.${subject.scriptId}.${level}.${capture.name}`;
}

function refuseSharing(encoder: Encoder, { plan, contexts }: Draft, name: string): never {
  const { subject, captures } = plan;
  const write = captures.find((one) => one.name === name)?.use.writes[0];
  return encoder.refuse(
    {
      reason: 'CAPTURED_ASSIGNMENT',
      value: subject.value,
      place: subject.at(write?.position ?? 0),
      state:
        `the function '${subject.name}' assigns '${name}', a local variable around it that other ` +
        'functions use too, and such a variable cannot be shared by copies of them',
      cure: 'Move the variable to the top of its module, or keep it in a shared Value',
    },
    contexts,
  );
}

function encodedCode(plan: Plan, cells: readonly string[]): EncodedCode {
  const { subject, captures } = plan;
  const names = captures.map((capture) => capture.name);
  const { text, isStrict } = subject.text;
  const place = `${subject.scriptId}:${subject.line}:${subject.column}`;
  const key = `${place}:${names.join()}:${cells.join()}:${isStrict} ${text}`;
  let code = kept.get(key);
  if (code === undefined) {
    code = {
      origin: ownProcess,
      id: threadId * IDS_OF_A_THREAD + ++count,
      bytes: encodeCode(codeOf(subject, captures, names, cells)),
    };
    if (kept.size >= KEPT_CODES) kept.clear();
    kept.set(key, code);
  }
  return code;
}

function codeOf(
  subject: Subject,
  captures: readonly Capture[],
  names: readonly string[],
  cells: readonly string[],
): Code {
  const { text } = subject;
  const shared = captures.filter((_, i) => cells[i] !== '');
  return {
    text: withCells(text.text, shared),
    file: subject.isModule ? subject.url : toPath(subject.url),
    line: Math.max(0, subject.line),
    column: subject.column,
    offset: offsetOf(subject),
    isClass: text.isClass,
    isStrict: text.isStrict,
    hasDynamicImport: text.uses.hasDynamicImport,
    methodKey: text.methodKey === null ? [] : [text.methodKey.start, text.methodKey.end],
    importMeta: text.uses.importMeta,
    names,
    cells,
  };
}

function withCells(text: string, shared: readonly Capture[]): string {
  const edits = shared.flatMap(({ name, use }) =>
    Array.from(use.places, ([position, writing]) => {
      const cell = `${CELLS}.${name}.v`;
      if (writing === 'shorthand') return { position, name, by: `${name}:${cell}` };
      // Without the comma the cell would be the `this` of the call.
      return { position, name, by: writing === 'callee' ? `(0,${cell})` : cell };
    }),
  );
  let edited = text;
  for (const { position, name, by } of edits.toSorted((a, b) => b.position - a.position)) {
    edited = edited.slice(0, position) + by + edited.slice(position + name.length);
  }
  return edited;
}

/** Where the text begins in its file; of interest only while coverage is being taken. */
function offsetOf(subject: Subject): number {
  if (process.env['NODE_V8_COVERAGE'] === undefined || subject.scriptId === '') return 0;
  const source = sourceOfScript(subject.scriptId);
  let start = 0;
  for (let line = 0; line < subject.line; line++) start = source.indexOf('\n', start) + 1;
  return start + subject.column;
}

/** decode/templates.ts reads it. */
function encodeCode(code: Code): Uint8Array {
  const out = new ByteWriter();
  out.string(code.text);
  out.string(code.file);
  for (const number of [code.line, code.column, code.offset]) out.count(number);
  for (const flag of [code.isClass, code.isStrict, code.hasDynamicImport]) out.count(flag ? 1 : 0);
  out.count(code.methodKey.length);
  for (const offset of code.methodKey) out.count(offset);
  out.count(code.importMeta.length);
  for (const offset of code.importMeta.flat()) out.count(offset);
  for (const names of [code.names, code.cells]) {
    out.count(names.length);
    for (const name of names) out.string(name);
  }
  const bytes = new Uint8Array(out.length);
  out.copyTo(bytes, 0);
  return bytes;
}
