// Colours TypeScript lightly: comments, strings, numbers and keywords.
//
// It knows words, not syntax, which is enough for programs of a screen. Without colours the text
// stays as it is.
import { styleText } from 'node:util';

const COLOURS = { comment: 'gray', string: 'green', keyword: 'magenta', number: 'yellow' } as const;
const KEYWORDS =
  'as async await break case catch class const continue default do else export extends false ' +
  'finally for from function if import in instanceof interface let new null of readonly return ' +
  'switch throw true try type typeof undefined using void while';
const WORDS = new RegExp(
  [
    '(?<comment>//.*)',
    String.raw`(?<string>'(?:\\.|[^'\\])*'|${'`'}(?:\\.|[^${'`'}\\])*${'`'})`,
    String.raw`(?<keyword>\b(?:${KEYWORDS.split(' ').join('|')})\b)`,
    String.raw`(?<number>\b\d[\d_.]*\b)`,
  ].join('|'),
  'g',
);

/** The source, with colours where standard output shows them. */
export function highlight(source: string): string {
  return source.replaceAll(WORDS, (word: string, ...rest: readonly unknown[]) => {
    const groups = rest.at(-1) as Record<keyof typeof COLOURS, string | undefined>;
    const kinds = Object.keys(COLOURS) as (keyof typeof COLOURS)[];
    const kind = kinds.find((name) => groups[name] !== undefined) ?? 'comment';
    return styleText(COLOURS[kind], word);
  });
}
