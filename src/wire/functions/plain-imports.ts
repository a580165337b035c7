// Whether a module imports a name, told from the text of its file and without a parser.
//
// The text that V8 runs is known to its debugger only, and to switch that on for a moment makes it
// look at every script of the process: 20 to 50 ms with the first function that captures an object.
// The file mostly holds the same text, which shows where the function stands in it. And most
// captured names plainly are no imports: a word too many only means that the module is parsed.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Subject } from './subject.ts';

// The functions of one message mostly are of one file.
let last: { readonly url: string; readonly source: string | null } | undefined;

// From an `import` to the `from` that ends its names. Comments and strings could hold a `from` of
// their own, and escapes write a name in other letters.
const IMPORT = /\bimport\b(?!\s*[("'.])(?<names>.*?)(?:\bfrom\s*["']|$)/gs;
const UNCLEAR = /\/[/*]|[\\"'`]/;

/** Whether a module plainly does not import a name; false also when there is no telling. */
export function isPlainlyOwn(subject: Subject, name: string): boolean {
  const source = sourceOnDisk(subject.url);
  if (source === null || !standsIn(source, subject)) return false;
  const word = new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`);
  for (const { groups } of source.matchAll(IMPORT)) {
    const names = groups?.['names'] ?? '';
    if (UNCLEAR.test(names) || word.test(names)) return false;
  }
  return true;
}

function sourceOnDisk(url: string): string | null {
  if (last?.url !== url) last = { url, source: read(url) };
  return last.source;
}

function read(url: string): string | null {
  if (!url.startsWith('file:')) return null;
  try {
    return readFileSync(fileURLToPath(url), 'utf8').replace(/^\uFEFF/, '');
  } catch {
    // It is gone, or was never a file.
    return null;
  }
}

/** Whether the function's text stands in the file where V8 says it does. */
function standsIn(source: string, { text, line, column }: Subject): boolean {
  let start = 0;
  for (let i = 0; i < line; i++) start = source.indexOf('\n', start) + 1;
  return source.startsWith(text.text, start + column);
}
