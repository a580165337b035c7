// What a whole module imports, exports and assigns: one parse of its source.
import type { AnyNode, ImportDeclaration, Program } from 'acorn';
import { anchorOfClass, childrenOf, moduleName, parseAs, patternNames } from './syntax.ts';

/** Where an import binding comes from. */
export interface ImportBinding {
  readonly specifier: string;
  /** Name of the export, 'default', or '*' for the namespace. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>> | null;
}

/** What the source of a module tells. */
export interface ModuleTable {
  /** Import bindings by local name. */
  readonly imports: ReadonlyMap<string, ImportBinding>;
  /**
   * Specifiers of module objects that a bundler or test runner put in variables of its own, by
   * variable.
   */
  readonly moduleVariables: ReadonlyMap<string, string>;
  /** Whether a name is assigned anywhere in the module, after its declaration. */
  assigns(name: string): boolean;
  /**
   * Name under which the function or class that V8 locates there is exported; null when it is not.
   */
  exportAt(line: number, column: number, isClass: boolean): string | null;
}

type Declarations = Map<string, AnyNode | null>;

const ANONYMOUS_DEFAULT = '*default*';

/** Reads the source of a module or script. */
export function readModule(source: string): ModuleTable {
  const program = parseModule(source);
  const imports = new Map<string, ImportBinding>();
  const declarations: Declarations = new Map();
  const exports = new Map<string, string>();
  for (const statement of program.body) {
    if (statement.type === 'ImportDeclaration') addImports(imports, statement);
    else addDeclarations(declarations, exports, statement);
  }
  let assigned: Set<string> | undefined;
  const lineStarts = startsOfLines(source);
  return {
    imports,
    moduleVariables: findModuleVariables(source),
    assigns: (name) => (assigned ??= assignedNames(program)).has(name),
    exportAt(line, column, isClass) {
      const offset = (lineStarts[line] ?? 0) + column;
      for (const [exported, local] of exports) {
        const node = declarations.get(local);
        if (node && isAt(node, offset, isClass)) return exported;
      }
      return null;
    },
  };
}

function parseModule(source: string): Program {
  const options = { allowAwaitOutsideFunction: true };
  try {
    return parseAs('module', source, options);
  } catch {
    return parseAs('script', source, { ...options, allowReturnOutsideFunction: true });
  }
}

function addImports(imports: Map<string, ImportBinding>, statement: ImportDeclaration): void {
  const given = statement.attributes ?? [];
  const attributes =
    given.length === 0
      ? null
      : Object.fromEntries(given.map((one) => [moduleName(one.key), String(one.value.value)]));
  for (const specifier of statement.specifiers) {
    let name = '*';
    if (specifier.type === 'ImportDefaultSpecifier') name = 'default';
    else if (specifier.type === 'ImportSpecifier') name = moduleName(specifier.imported);
    imports.set(specifier.local.name, {
      specifier: String(statement.source.value),
      name,
      attributes,
    });
  }
}

function addDeclarations(
  declarations: Declarations,
  exports: Map<string, string>,
  statement: AnyNode,
): void {
  switch (statement.type) {
    case 'ExportNamedDeclaration':
      if (statement.declaration) {
        for (const name of declare(declarations, statement.declaration)) exports.set(name, name);
      } else if (!statement.source) {
        for (const one of statement.specifiers) {
          exports.set(moduleName(one.exported), moduleName(one.local));
        }
      }
      break;
    case 'ExportDefaultDeclaration': {
      const node = statement.declaration;
      if (node.type === 'Identifier') exports.set('default', node.name);
      else {
        const [name = ANONYMOUS_DEFAULT] = declare(declarations, node);
        if (name === ANONYMOUS_DEFAULT) declarations.set(name, unwrapped(node));
        exports.set('default', name);
      }
      break;
    }
    default:
      declare(declarations, statement);
  }
}

function declare(declarations: Declarations, node: AnyNode): string[] {
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') {
    if (!node.id) return [];
    declarations.set(node.id.name, node);
    return [node.id.name];
  }
  if (node.type !== 'VariableDeclaration') return [];
  return node.declarations.flatMap(({ id, init }) => {
    const names = patternNames(id);
    const value = id.type === 'Identifier' && init ? unwrapped(init) : null;
    for (const name of names) declarations.set(name, value);
    return names;
  });
}

// esbuild's keepNames writes __name(function, 'name').
function unwrapped(node: AnyNode): AnyNode {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return node;
  return node.callee.name === '__name' ? (node.arguments[0] as AnyNode) : node;
}

function isAt(node: AnyNode, offset: number, isClass: boolean): boolean {
  switch (node.type) {
    case 'ClassDeclaration':
    case 'ClassExpression':
      return isClass && offset === anchorOfClass(node);
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return !isClass && offset >= node.start && offset <= node.body.start;
    default:
      return false;
  }
}

/** By name, whatever the scope: it may say yes too often, never too seldom. */
function assignedNames(root: AnyNode): Set<string> {
  const names = new Set<string>();
  const visit = (node: AnyNode): void => {
    for (const name of assignedBy(node)) names.add(name);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(root);
  return names;
}

function assignedBy(node: AnyNode): string[] {
  switch (node.type) {
    case 'AssignmentExpression':
      return patternNames(node.left);
    case 'UpdateExpression':
      return patternNames(node.argument);
    case 'ForInStatement':
    case 'ForOfStatement':
      return node.left.type === 'VariableDeclaration' ? [] : patternNames(node.left);
    default:
      return [];
  }
}

function startsOfLines(source: string): number[] {
  const starts = [0];
  for (let end = source.indexOf('\n'); end >= 0; end = source.indexOf('\n', end + 1)) {
    starts.push(end + 1);
  }
  return starts;
}

// vitest:  const __vite_ssr_import_1__ = await __vite_ssr_import__("./module.ts", …
function findModuleVariables(source: string): Map<string, string> {
  const variables = new Map<string, string>();
  if (!source.includes('__vite_ssr_import__')) return variables;
  const pattern = /const (__vi(?:te_ssr)?_import_\d+__) = await __vite_ssr_import__\("([^"]+)"/g;
  for (const [, name, specifier] of source.matchAll(pattern)) {
    variables.set(name as string, specifier as string);
  }
  return variables;
}
