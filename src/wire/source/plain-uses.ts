// Which words of a function are variables of the code around it, told without a parser.
//
// Nothing is guessed: wherever a word could be something else (the name of a parameter or a local
// variable, a key, a label, the target of an assignment), or the text has what only a parser can
// tell from something else (a division from a regular expression), there is no answer. A test
// compares all answers for the functions of some packages with the parser's.
import type { FreeName, Writing } from './free-names.ts';

type Names = Map<string, FreeName>;

// Comments, strings, and templates without variables.
const QUIET = new RegExp(
  [
    String.raw`\/\/[^\n\r\u2028\u2029]*`,
    String.raw`\/\*[\s\S]*?\*\/`,
    String.raw`'(?:[^'\\\n\r]|\\[^\r])*'`,
    String.raw`"(?:[^"\\\n\r]|\\[^\r])*"`,
    '`[^`\\\\$]*`',
  ].join('|'),
  'g',
);
const WORDS = /(?<![\w$\u0080-\uFFFF])[A-Za-z_$\u0080-\uFFFF][\w$\u0080-\uFFFF]*/g;
const DECLARED = /\b(?:let|const|var|function|class)\b\s*\*?\s*([\w$\u0080-\uFFFF]+)/g;
const IS_DESTRUCTURED = /\b(?:let|const|var)\s*[{[]|[\]}]\s*=(?![=>])|[\]}]\s+(?:of|in)\b/;
const AFTER_COMMA = /,\s*([\w$\u0080-\uFFFF]+)/g;
const HAS_DECLARATION = /\b(?:let|const|var)\b/;
const LONE_PARAMETER = /([\w$\u0080-\uFFFF]+)\s*=>/g;
// Brackets that are followed by a block or an arrow: of parameters, or of a statement.
const CLOSED = /\)\s*(?:\{|=>)/g;
const STATEMENT = /\b(?:if|for|while|switch|with|for\s+await)\s*$/;
const PARAMETERS = /(?:\bcatch|\bfunction\b\s*\*?\s*[\w$\u0080-\uFFFF]*)\s*$/;
const CONTEXTUAL = /^(?:async|await|of|get|set|let|static|yield|accessor|using)$/;
const CONSTANT = /^(?:undefined|NaN|Infinity)$/;
const BEFORE = /(?:\+\+|--|\b(?:new|break|continue|using))\s*$/;
const ASSIGNED = /^(?:=(?![=>])|[-+*%&|^]=|\*\*=|<<=|>>>?=|&&=|\|\|=|\?\?=|\+\+|--|(?:of|in)\b)/;
// A key or a label; optional chaining; a tagged template; a member that is named by a literal.
const UNCLEAR = /^(?::|\?\.|"|\[\s*["\d])/;

/**
 * The text with comments blanked, and strings but for their first quote; null when there is a slash
 * or a template that a parser has to look at.
 */
export function blankedText(text: string): string | null {
  const code = text.replaceAll(QUIET, (quiet) =>
    quiet.startsWith('/') ? ' '.repeat(quiet.length) : '"'.padEnd(quiet.length),
  );
  return /[/`\\']/.test(code) ? null : code;
}

/**
 * The words after `start` that are variables around the function, as free-names.ts tells them; null
 * when that is not plain.
 */
export function findPlainUses(
  code: string,
  start: number,
  isAround: (word: string) => boolean,
): Names | null {
  const found: Names = new Map();
  for (const { 0: word, index } of code.matchAll(WORDS)) {
    if (index < start || isMember(code, index)) continue;
    if (CONSTANT.test(word) || !isAround(word)) continue;
    const use = readUse(code, index, word);
    if (use === null) return null;
    addUse(found, word, index, use);
  }
  if (found.size === 0) return found;
  const declared = declaredWords(code, start);
  return declared === null || declared.some((word) => found.has(word)) ? null : found;
}

interface PlainUse {
  readonly member: string | null;
  readonly writing: Writing;
}

function readUse(code: string, index: number, word: string): PlainUse | null {
  const before = code.slice(0, index).trimEnd();
  const after = code.slice(index + word.length).trimStart();
  if (CONTEXTUAL.test(word) || BEFORE.test(before)) return null;
  if (ASSIGNED.test(after) || UNCLEAR.test(after)) return null;
  const isListed = /[{,]$/.test(before) && /^[,}]/.test(after);
  if (isListed && code[openerOf(code, index)] === '{') return null;
  if (before.endsWith('(') && /^\)\s*(?:[([.?")]|=>)/.test(after)) return null;
  const member = /^\.\s*([A-Za-z_$][\w$]*)/.exec(after)?.[1] ?? null;
  return { member, writing: after.startsWith('(') ? 'callee' : 'plain' };
}

function addUse(found: Names, word: string, position: number, { member, writing }: PlainUse): void {
  let free = found.get(word);
  if (free === undefined) {
    free = { position, writes: [], members: new Set(), bare: false, places: new Map() };
    found.set(word, free);
  }
  if (member === null) free.bare = true;
  else free.members.add(member);
  free.places.set(position, writing);
}

/** Every word that may be declared in the text, and some more; null when that is not plain. */
function declaredWords(code: string, start: number): string[] | null {
  if (IS_DESTRUCTURED.test(code)) return null;
  const declared = [...firstGroups(code, DECLARED), ...firstGroups(code, LONE_PARAMETER)];
  if (HAS_DECLARATION.test(code)) declared.push(...firstGroups(code, AFTER_COMMA));
  for (const { 0: end, index } of code.matchAll(CLOSED)) {
    const open = openerOf(code, index);
    const before = code.slice(0, open);
    if (!end.endsWith('>') && open !== start) {
      if (STATEMENT.test(before)) continue;
      // A method.
      if (!PARAMETERS.test(before)) return null;
    }
    declared.push(...(code.slice(open, index).match(WORDS) ?? []));
  }
  return declared;
}

function isMember(code: string, index: number): boolean {
  const before = code.slice(0, index).trimEnd();
  return before.endsWith('.') && !before.endsWith('...');
}

/** Where the innermost bracket is opened that is open at an index; -1 when none is. */
function openerOf(code: string, index: number): number {
  let depth = 0;
  for (let i = index - 1; i >= 0; i--) {
    const character = code[i] as string;
    if (')]}'.includes(character)) depth++;
    else if ('([{'.includes(character) && depth-- === 0) return i;
  }
  return -1;
}

function firstGroups(code: string, pattern: RegExp): string[] {
  return Array.from(code.matchAll(pattern), ([, word]) => word as string);
}
