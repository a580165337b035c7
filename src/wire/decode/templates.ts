// Turns the text of a function back into functions.
//
// The text is compiled once, at the line and column where it stands in its file, so that stack
// traces, breakpoints and coverage show the place that the user wrote. Around it is an arrow
// function with a variable for each captured one:
//
//   (() => { 'use strict'; let a, b; return [() => (TEXT), ($env) => { ({ a, b } = $env) }]; })
//
// Each call of it gives a new function, and the way to set its variables.
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import type { Code } from '../format.ts';
import type { ByteReader } from './byte-reader.ts';
import type { CodePart } from './message-parts.ts';
import { mainLoader } from './modules.ts';

/** A new function or class, and the way to set the variables that it captures. */
export type Instance = [make: () => unknown, link: (variables: object) => void];

/** A compiled text. */
export interface Template {
  readonly code: Code;
  readonly instantiate: () => Instance;
  /** What `import.meta` is in it; null when it does not ask. */
  readonly importMeta: object | null;
}

// Names that the template needs: none that a user or a minifier would choose. The first is as long
// as `import.meta`.
export const IMPORT_META = '$importMeta';
export const CELLS = '$heddleCells';
const VARIABLES = '$heddleVariables';
/** The key that a method gets. */
export const METHOD = '$';

const KEPT_TEMPLATES = 5000;
// By the process that they are from, and the number there.
const kept = new Map<number, Map<number, Template>>();
let keptCount = 0;

/** The template of a code in a message. */
export function templateOf(part: CodePart): Template {
  let template = kept.get(part.origin)?.get(part.id);
  if (template === undefined) {
    const code = readCode(part.reader);
    template = {
      code,
      instantiate: compile(code),
      importMeta: code.importMeta.length === 0 ? null : importMetaOf(code.file),
    };
    keep(part, template);
  }
  return template;
}

function keep({ origin, id }: CodePart, template: Template): void {
  if (keptCount >= KEPT_TEMPLATES) {
    kept.clear();
    keptCount = 0;
  }
  const ofProcess = kept.get(origin) ?? new Map<number, Template>();
  kept.set(origin, ofProcess.set(id, template));
  keptCount += 1;
}

/** Reads what encode/code.ts wrote. */
function readCode(reader: ByteReader): Code {
  return {
    text: reader.string(),
    file: reader.string(),
    line: reader.count(),
    column: reader.count(),
    offset: reader.count(),
    isClass: reader.count() === 1,
    isStrict: reader.count() === 1,
    hasDynamicImport: reader.count() === 1,
    methodKey: readList(reader, () => reader.count()),
    importMeta: readList(reader, () => [reader.count(), reader.count()]),
    names: readList(reader, () => reader.string()),
    cells: readList(reader, () => reader.string()),
  };
}

function readList<T>(reader: ByteReader, read: () => T): T[] {
  return Array.from({ length: reader.count() }, read);
}

function compile(code: Code): () => Instance {
  const names = code.names.filter((_, i) => code.cells[i] === '');
  if (code.importMeta.length > 0) names.push(IMPORT_META);
  if (names.length < code.names.length) names.push(CELLS);
  const list = names.join(',');
  const declare = names.length === 0 ? '' : `let ${list};`;
  const link = names.length === 0 ? '()=>{}' : `(${VARIABLES})=>{({${list}}=${VARIABLES})}`;
  const [open, close] = code.methodKey.length === 0 ? ['(', ')'] : ['({', '})'];
  const head = `(()=>{${code.isStrict ? "'use strict';" : ''}${declare}return[()=>${open}`;
  // Coverage counts offsets: with enough spaces before it, the text has the offset that it has in
  // its file.
  const padding = code.offset - head.length - 1 - code.column;
  const before = `${head}${' '.repeat(Math.max(0, padding))}\n${' '.repeat(code.column)}`;
  const source = `${before}${adapted(code)}\n${close},${link}]})`;
  const options = { filename: code.file || 'thread function', lineOffset: code.line - 1 };
  const script = new vm.Script(
    source,
    code.hasDynamicImport ? { ...options, importModuleDynamically: mainLoader() } : options,
  );
  return script.runInThisContext() as () => Instance;
}

/** The text with what is not possible outside its module replaced by something as long. */
function adapted({ text, importMeta, methodKey }: Code): string {
  let adaptedText = text;
  for (const [start = 0, end = 0] of importMeta.toReversed()) {
    adaptedText = replaced(adaptedText, start, end, IMPORT_META);
  }
  const [start, end] = methodKey;
  if (start === undefined || end === undefined) return adaptedText;
  return replaced(adaptedText, start, end, METHOD);
}

function replaced(text: string, start: number, end: number, by: string): string {
  return text.slice(0, start) + by.padEnd(end - start) + text.slice(end);
}

function importMetaOf(url: string): object {
  const resolve = (specifier: string): string =>
    /^\.?\.?\//.test(specifier) ? new URL(specifier, url).href : import.meta.resolve(specifier);
  if (!url.startsWith('file:')) return { url, resolve };
  return {
    url,
    filename: fileURLToPath(url),
    dirname: fileURLToPath(new URL('.', url)).replace(/(.)[/\\]$/, '$1'),
    resolve,
  };
}
