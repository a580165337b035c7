// What stands at the top of a bundle: imports, and what is made once for all runs.
import type { AnyNode } from 'acorn';
import { childrenOf, lookUp, type Scope } from './scopes.ts';

/** The text for an import: what the engine gives for the module. */
export function importsOf(
  node: Extract<AnyNode, { type: 'ImportDeclaration' }>,
  top: Scope,
): string {
  return node.specifiers
    .map(({ local }) => {
      const source = lookUp(local.name, top)?.source;
      if (source === undefined || source.module.startsWith('heddle:')) return '';
      return `const ${local.name} = $m(${JSON.stringify(source.module)}, '${source.name}');`;
    })
    .join(' ');
}

/** The text for an export, within an object. */
export function exportsOf(
  node: Extract<AnyNode, { type: 'ExportNamedDeclaration' }>,
  text: string,
): string {
  const slice = ({ start, end }: AnyNode): string => text.slice(start, end);
  return node.specifiers.map((one) => `${slice(one.exported)}: ${slice(one.local)}`).join(', ');
}

/** A class of which nothing runs when it is made. */
export function isPlainClass(node: AnyNode): boolean {
  if (node.type !== 'ClassExpression') return false;
  return node.body.body.every(
    (one) => one.type !== 'StaticBlock' && !(one.type === 'PropertyDefinition' && one.static),
  );
}

/** Nothing but numbers and texts, which never change. */
export function isConstant(node: AnyNode, constants: ReadonlySet<string>): boolean {
  const areConstant = (nodes: readonly AnyNode[]): boolean =>
    nodes.every((one) => isConstant(one, constants));
  switch (node.type) {
    case 'Literal':
      return true;
    case 'Identifier':
      return constants.has(node.name);
    case 'UnaryExpression':
    case 'BinaryExpression':
    case 'ObjectExpression':
      return areConstant(childrenOf(node));
    case 'Property':
      return !node.computed && !node.method && isConstant(node.value, constants);
    case 'MemberExpression':
      return !node.computed && isConstant(node.object, constants);
    default:
      return false;
  }
}
