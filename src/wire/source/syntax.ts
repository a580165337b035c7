// Small questions about syntax trees, and acorn's options for whatever V8 has parsed before.
import { createRequire } from 'node:module';
import type { AnyNode, Class, Node, Options, Pattern, Program } from 'acorn';

const WHATEVER_V8_TAKES: Options = {
  ecmaVersion: 'latest',
  allowHashBang: true,
  // A method is parsed without the class around it.
  checkPrivateFields: false,
  allowSuperOutsideMethod: true,
};

let acorn: typeof import('acorn') | undefined;

/** Parses a text as a module (strict) or as a script. */
export function parseAs(
  sourceType: 'module' | 'script',
  text: string,
  options: Partial<Options> = {},
): Program {
  // Loaded when the first function is sent by value: a thread that only receives never needs it.
  acorn ??= createRequire(import.meta.url)('#acorn') as typeof import('acorn');
  return acorn.parse(text, { ...WHATEVER_V8_TAKES, sourceType, ...options });
}

/** The nodes directly below a node. */
export function childrenOf(node: AnyNode): AnyNode[] {
  const children: AnyNode[] = [];
  for (const value of Object.values(node) as unknown[]) {
    if (isNode(value)) children.push(value);
    else if (Array.isArray(value)) children.push(...(value as unknown[]).filter(isNode));
  }
  return children;
}

/** The names that a pattern binds or assigns. */
export function patternNames(pattern: AnyNode | null | undefined): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        patternNames(property.type === 'RestElement' ? property.argument : property.value),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element: Pattern | null) => patternNames(element));
    case 'AssignmentPattern':
      return patternNames(pattern.left);
    case 'RestElement':
      return patternNames(pattern.argument);
    default:
      return [];
  }
}

/** Where V8 says that a class is: at the parenthesis of its constructor, or at its beginning. */
export function anchorOfClass(node: Class & Node): number {
  for (const member of node.body.body) {
    if (member.type === 'MethodDefinition' && member.kind === 'constructor') {
      return member.value.start;
    }
  }
  return node.start;
}

/** The name of an export, an import or an attribute, written as a word or as a string. */
export function moduleName(node: AnyNode): string {
  if (node.type === 'Identifier') return node.name;
  return node.type === 'Literal' ? String(node.value) : '';
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
