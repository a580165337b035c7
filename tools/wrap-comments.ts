// Wraps the comments that are wider than a line may be; the formatter leaves comments alone.
//
//   node tools/wrap-comments.ts [FILE…]     without a file: every source of the repository
//
// Only a paragraph with a line that is too wide is touched. What is set out by hand stays as it is:
// tables, pictures, code, and whatever else is indented in the comment.
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isProgram, listSources, readSource, REPOSITORY, type Source } from './sources.ts';

const MOST_COLUMNS = 100;

// `  // text`, ` * text` or ` */`: what stands before the text of a comment's line.
const LINE_COMMENT = /^(\s*\/\/)( ?)(.*)$/;
const DOC_LINE = /^(\s*\*)(?!\/)( ?)(.*)$/;
const DOC_ALONE = /^(\s*)\/\*\* (.*) \*\/$/;

if (isProgram(import.meta)) {
  const named = process.argv.slice(2).map((path) => relative(REPOSITORY, path));
  const folders = ['src', 'test', 'tools', 'bench', 'examples', 'tour'];
  for (const path of named.length > 0 ? named : listSources(...folders)) {
    const source = readSource(path);
    const wrapped = wrapComments(source);
    if (wrapped !== source.text) writeFileSync(join(REPOSITORY, path), wrapped);
  }
}

/** The text of the source with its wide comments wrapped. */
export function wrapComments(source: Source): string {
  const isComment = commentLines(source);
  const wrapped: string[] = [];
  let paragraph: Paragraph | undefined;
  const close = (): void => {
    if (paragraph !== undefined) wrapped.push(...wrap(paragraph));
    paragraph = undefined;
  };
  let inCode = false;
  for (const [index, line] of source.lines.entries()) {
    const part: Part | null = isComment.has(index) ? partOf(line) : null;
    if (part !== null && /^\s*```/.test(part.text)) inCode = !inCode;
    const isText = part !== null && !inCode && part.text.trim() !== '';
    if (!isText || !continues(paragraph, part)) close();
    if (!isText) wrapped.push(...unfold(line, part));
    else if (paragraph === undefined) paragraph = { prefix: part.prefix, lines: [part.text] };
    else paragraph.lines.push(part.text);
  }
  close();
  return wrapped.join('\n');
}

interface Part {
  readonly prefix: string;
  readonly text: string;
}

interface Paragraph {
  readonly prefix: string;
  readonly lines: string[];
}

// Lines that are comment and nothing else, by index.
function commentLines({ text, comments }: Source): Set<number> {
  const found = new Set<number>();
  for (const { start, end } of comments) {
    const before = text.slice(0, start).split('\n');
    if ((before.at(-1) ?? '').trim() !== '') continue;
    const count = text.slice(start, end).split('\n').length;
    for (let line = 0; line < count; line += 1) found.add(before.length - 1 + line);
  }
  return found;
}

function partOf(line: string): Part | null {
  const [, prefix, space, text] = LINE_COMMENT.exec(line) ?? DOC_LINE.exec(line) ?? [];
  if (prefix === undefined || text === undefined || (text !== '' && space === '')) return null;
  return { prefix, text };
}

// Whether the part goes on with the paragraph: same comment, not a new item, tag or drawing.
function continues(paragraph: Paragraph | undefined, { prefix, text }: Part): boolean {
  if (paragraph?.prefix !== prefix) return false;
  const [first = ''] = paragraph.lines;
  const hangs = / {2}\S/.test(text) && !/^\s/.test(first) && isItem(first);
  return hangs || !/^\s|^[-*•|+@#]|^\d+\. /.test(text);
}

function isItem(text: string): boolean {
  return /^([-*•@]|\d+\. )/.test(text);
}

function wrap({ prefix, lines }: Paragraph): string[] {
  const asTheyAre = lines.map((line) => `${prefix} ${line}`);
  const [first = ''] = lines;
  const isDrawing = /^\s/.test(first) || /\S {3,}\S/.test(first);
  const firstWide = asTheyAre.findIndex((line) => widthOf(line) > MOST_COLUMNS);
  if (isDrawing || firstWide < 0) return asTheyAre;
  const hanging = isItem(first) ? `${prefix}  ` : prefix;
  const wrapped = asTheyAre.slice(0, firstWide);
  let current = firstWide === 0 ? prefix : hanging;
  for (const word of lines.slice(firstWide).join(' ').trim().split(/\s+/)) {
    if (widthOf(`${current} ${word}`) > MOST_COLUMNS && current.length > hanging.length) {
      wrapped.push(current);
      current = hanging;
    }
    current += ` ${word}`;
  }
  return [...wrapped, current];
}

// A doc comment on one line that is too wide becomes one on three and more.
function unfold(line: string, part: Part | null): string[] {
  const [, indent, text] = (part === null && DOC_ALONE.exec(line)) || [];
  if (indent === undefined || text === undefined || widthOf(line) <= MOST_COLUMNS) return [line];
  return [`${indent}/**`, ...wrap({ prefix: `${indent} *`, lines: [text] }), `${indent} */`];
}

function widthOf(line: string): number {
  return Array.from(line).length;
}
