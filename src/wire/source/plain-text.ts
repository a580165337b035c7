// The text of a function that takes nothing from around it, read without a parser.
//
// A first thread should not wait for a parser to be loaded (10 ms) when its function plainly
// captures nothing: when not one word of its text is the name of a variable around it. Words in
// strings and comments count, too, and so do the names of members: a word too many only means that
// the text is parsed after all.
import type { FunctionText } from './function-text.ts';
import type { CapturedScope } from './inspector.ts';

// With these the code around has a say, or the text has names that are not words.
const NEEDS_PARSER = /\b(?:this|super|arguments|eval|import|class|new\s*\.\s*target)\b|[#\\]/;
const NEEDS_PARSER_IN_FUNCTION = /\b(?:super|eval|import|class)\b|[#\\]/;
// What only sloppy code may say, or says otherwise than strict code.
const LOOSE_ONLY =
  /\b(?:with|delete|static|yield|interface|package|private|protected|public|implements|0\d+)\b/;
// Not a method: those are no expressions. Parameters without brackets of their own.
const ARROW = /^(?:async\s+)?(?:\([^()[\]{}'"`/]*\)|[A-Za-z_$][\w$]*)\s*=>/;
const FUNCTION = /^(?:async\s+)?function\b\s*\*?\s*(?:[A-Za-z_$][\w$]*)?\s*(?=\()/;
const WORD = /[A-Za-z_$\u0080-\uFFFF][\w$\u0080-\uFFFF]*/g;

/**
 * Reads a text that plainly has no captured variable; null when a parser has to look.
 *
 * @param strict whether it is strict code; undefined when that is not known
 * @param scopes what the function could capture
 */
export function readPlainText(
  text: string,
  strict: boolean | undefined,
  scopes: readonly CapturedScope[],
): FunctionText | null {
  const head = FUNCTION.exec(text);
  if (head === null && !ARROW.test(text)) return null;
  // The function's own name, too, is a variable around it; it counts only where the rest of the
  // text says it.
  const rest = head === null ? text : text.slice(head[0].length);
  if ((head === null ? NEEDS_PARSER : NEEDS_PARSER_IN_FUNCTION).test(rest)) return null;
  if (strict === undefined && LOOSE_ONLY.test(rest)) return null;
  const around = scopes.filter(({ kind }) => kind !== 'Global').map(({ variables }) => variables);
  for (const [word] of rest.matchAll(WORD)) {
    if (around.some((variables) => word in variables) || isOwnGlobal(word)) return null;
  }
  return {
    text,
    isClass: false,
    isStrict: strict ?? true,
    methodKey: null,
    anchor: head === null ? 0 : head[0].length,
    uses: { names: new Map(), hasPrivate: false, hasDynamicImport: false, importMeta: [] },
  };
}

// What a program puts on the global object is enumerable there. Of the platform's own some are,
// too, which only means that the text is parsed.
function isOwnGlobal(word: string): boolean {
  return Object.prototype.propertyIsEnumerable.call(globalThis, word);
}
