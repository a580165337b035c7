// The text of a function whose captured variables can be told without a parser.
//
// A first thread should not wait for a parser to be loaded (10 ms) and warmed up. In most functions
// it is plain which words are variables of the code around; where it is not, the text is parsed
// after all (plain-uses.ts).
import type { FunctionText } from './function-text.ts';
import type { CapturedScope } from './inspector.ts';
import { blankedText, findPlainUses } from './plain-uses.ts';

// With these the code around has a say, or the text has names that are not words.
const NEEDS_PARSER = /\b(?:this|super|arguments|eval|import|class|new\s*\.\s*target)\b|[#\\]/;
const NEEDS_PARSER_IN_FUNCTION = /\b(?:super|eval|import|class)\b|[#\\]/;
// What only sloppy code may say, or says otherwise than strict code.
const LOOSE_ONLY =
  /\b(?:with|delete|static|yield|interface|package|private|protected|public|implements|0\d+)\b/;
// Not a method: those are no expressions. Parameters without brackets of their own.
const ARROW = /^(?:async\s+)?(?:\([^()[\]{}'"`/]*\)|[A-Za-z_$][\w$]*)\s*=>/;
const FUNCTION = /^(?:async\s+)?function\b\s*\*?\s*(?:[A-Za-z_$][\w$]*)?\s*(?=\()/;

/**
 * Reads a text of which it is plain what it captures; null when a parser has to look.
 *
 * @param strict whether it is strict code; undefined when that is not known
 * @param scopes what the function could capture
 */
export function readPlainText(
  text: string,
  strict: boolean | undefined,
  scopes: readonly CapturedScope[],
): FunctionText | null {
  const head = FUNCTION.exec(text)?.[0];
  if (head === undefined && !ARROW.test(text)) return null;
  const code = blankedText(text);
  if (code === null) return null;
  // The function's own name, too, is a variable around it; it counts only where the rest of the
  // text says it.
  const start = head?.length ?? 0;
  const rest = code.slice(start);
  if ((head === undefined ? NEEDS_PARSER : NEEDS_PARSER_IN_FUNCTION).test(rest)) return null;
  if (strict === undefined && LOOSE_ONLY.test(rest)) return null;
  const around = scopes.filter(({ kind }) => kind !== 'Global').map(({ variables }) => variables);
  const isAround = (word: string): boolean =>
    around.some((variables) => word in variables) || isOwnGlobal(word);
  const names = findPlainUses(code, start, isAround);
  if (names === null) return null;
  // Sloppy code may declare a name where one does not look for it.
  if (names.size > 0 && strict !== true) return null;
  return {
    text,
    isClass: false,
    isStrict: strict ?? true,
    methodKey: null,
    anchor: start,
    uses: { names, hasPrivate: false, hasDynamicImport: false, importMeta: [] },
  };
}

// What a program puts on the global object is enumerable there. Of the platform's own some are,
// too, which only means that the text is parsed.
function isOwnGlobal(word: string): boolean {
  return Object.prototype.propertyIsEnumerable.call(globalThis, word);
}
