// One function, as `toString()` shows it: how it is written, where it begins, and what it takes
// from around it.
import type { AnyNode, Node } from 'acorn';
import { findFreeUses } from './free-names.ts';
import type { FreeUses } from './free-names.ts';
import { anchorOfClass, parseAs } from './syntax.ts';

/** The key of a method in its text, `static` and the like before it. */
export interface MethodKey {
  readonly start: number;
  readonly end: number;
}

/** What the text of a function tells. It depends on nothing but the text, so it is kept. */
export interface FunctionText {
  readonly text: string;
  readonly isClass: boolean;
  readonly isStrict: boolean;
  /** Present when the text is a method, which is no expression by itself. */
  readonly methodKey: MethodKey | null;
  /** Offset of the point that V8 gives as the function's location. */
  readonly anchor: number;
  readonly uses: FreeUses;
}

interface Wrapping {
  readonly before: string;
  readonly after: string;
  readonly find: (expression: AnyNode) => AnyNode;
}

// In a function of its own, since an arrow function may use the `new.target` of the one around it.
const AS_EXPRESSION: Wrapping = {
  before: '(function(){(',
  after: '\n)})',
  find: (node) => {
    const { body } = node as Extract<AnyNode, { type: 'FunctionExpression' }>;
    return (body.body[0] as Extract<AnyNode, { type: 'ExpressionStatement' }>).expression;
  },
};
const AS_MEMBER: Wrapping = {
  before: '({',
  after: '\n})',
  find: (node) => (node as Extract<AnyNode, { type: 'ObjectExpression' }>).properties[0] as AnyNode,
};
// Only a class takes `static` and private names.
const AS_CLASS_MEMBER: Wrapping = {
  before: '(class{',
  after: '\n})',
  find: (node) => (node as Extract<AnyNode, { type: 'ClassExpression' }>).body.body[0] as AnyNode,
};
const WRAPPINGS = [AS_EXPRESSION, AS_MEMBER, AS_CLASS_MEMBER];

const KEPT_TEXTS = 5000;
const kept = new Map<string, FunctionText>();

/**
 * Reads the text of a function.
 *
 * @param text what `Function.prototype.toString` gave
 * @param strict whether it is strict code; undefined when that is not known: strict is tried first
 * @throws {SyntaxError} if the text is no function that acorn can read
 */
export function readFunctionText(text: string, strict: boolean | undefined): FunctionText {
  const key = `${strict ?? '?'} ${text}`;
  let known = kept.get(key);
  if (known === undefined) {
    known = parseFunctionText(text, strict);
    if (kept.size >= KEPT_TEXTS) kept.clear();
    kept.set(key, known);
  }
  return known;
}

/** Line and column, from 0, of an offset. */
export function lineAndColumn(text: string, offset: number): [line: number, column: number] {
  let line = 0;
  let start = 0;
  for (;;) {
    const end = text.indexOf('\n', start);
    if (end < 0 || end >= offset) return [line, offset - start];
    start = end + 1;
    line++;
  }
}

function parseFunctionText(text: string, strict: boolean | undefined): FunctionText {
  const modes = strict === undefined ? [true, false] : [strict];
  let refusal: unknown;
  for (const isStrict of modes) {
    for (const wrapping of WRAPPINGS) {
      try {
        return readNode(text, isStrict, wrapping);
      } catch (error) {
        refusal ??= error;
      }
    }
  }
  throw refusal;
}

function readNode(text: string, isStrict: boolean, wrapping: Wrapping): FunctionText {
  const origin = wrapping.before.length;
  const program = parseAs(isStrict ? 'module' : 'script', wrapping.before + text + wrapping.after);
  const statement = program.body[0] as Extract<AnyNode, { type: 'ExpressionStatement' }>;
  const node = wrapping.find(statement.expression);
  return {
    text,
    isClass: node.type === 'ClassExpression',
    isStrict,
    methodKey: wrapping === AS_EXPRESSION ? null : methodKeyOf(node, text, origin),
    anchor: anchorOf(node, text, origin),
    uses: findFreeUses(node, origin, isStrict),
  };
}

function methodKeyOf(node: AnyNode, text: string, origin: number): MethodKey {
  const { key, computed } = node as Extract<AnyNode, { type: 'MethodDefinition' | 'Property' }>;
  const start = key.start - origin;
  const end = key.end - origin;
  if (!computed) return { start, end };
  return { start: text.lastIndexOf('[', start), end: text.indexOf(']', end) + 1 };
}

function anchorOf(node: AnyNode, text: string, origin: number): number {
  switch (node.type) {
    case 'ArrowFunctionExpression':
      return 0;
    case 'ClassExpression': {
      const anchor = anchorOfClass(node) - origin;
      return anchor;
    }
    case 'FunctionExpression':
      return text.indexOf('(', node.id ? node.id.end - origin : 0);
    default:
      return ((node as { value?: Node }).value?.start ?? origin) - origin;
  }
}
