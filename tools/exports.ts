// What a module exports, followed through every re-export to the file that declares it.
import type { ModuleExportName, Node, StringLiteral } from 'oxc-parser';
import { resolveRelative, type Source } from './sources.ts';

/** Finds a source by its path. */
export type Finder = (path: string) => Source;

/** Where a name comes from. */
export interface Origin {
  /** The file that declares it. */
  readonly source: Source;
  /** What it is called there; '*' for `export * as name`, which stands for the whole file. */
  readonly local: string;
}

/** One declaration. A name has several when it is overloaded, or is both a type and a value. */
export interface Declaration {
  readonly name: string;
  /** The statement: with `export`, if it has one. Its comment ends here. */
  readonly statement: Node;
  readonly node: Node;
}

/** Every name that the module exports, its own or handed on, with its origin. */
export function exportsOf(module: Source, find: Finder): Map<string, Origin> {
  const names = new Set(exportedNames(module, find));
  return new Map([...names].map((name) => [name, originOf(module, name, find)]));
}

/** The declarations of `name` in the file. */
export function declarationsOf(source: Source, name: string): Declaration[] {
  return declarations(source).filter((one) => one.name === name);
}

/** What `name` means inside the file: declared there, or imported from us; null if neither. */
export function meaningOf(source: Source, name: string, find: Finder): Origin | null {
  if (declarationsOf(source, name).length > 0) return { source, local: name };
  for (const statement of source.program.body) {
    if (statement.type !== 'ImportDeclaration') continue;
    const taken = statement.specifiers.find(({ local }) => local.name === name);
    const there = taken === undefined ? null : neighbour(source, statement.source, find);
    if (taken === undefined || there === null) continue;
    if (taken.type !== 'ImportSpecifier') return { source: there, local: '*' };
    return originOf(there, nameOf(taken.imported), find);
  }
  return null;
}

function originOf(module: Source, name: string, find: Finder): Origin {
  const found = exportOrigin(module, name, find);
  if (found === null) throw new Error(`Cannot find what '${name}' means in ${module.path}`);
  return found;
}

function exportOrigin(module: Source, name: string, find: Finder): Origin | null {
  for (const statement of module.program.body) {
    if (statement.type === 'ExportAllDeclaration') {
      const there = neighbour(module, statement.source, find);
      if (there === null) continue;
      const { exported } = statement;
      if (exported !== null && nameOf(exported) === name) return { source: there, local: '*' };
      const found = exported === null ? exportOrigin(there, name, find) : null;
      if (found !== null) return found;
    }
    if (statement.type !== 'ExportNamedDeclaration') continue;
    const taken = statement.specifiers.find(({ exported }) => nameOf(exported) === name);
    if (taken === undefined) continue;
    if (statement.source === null) return meaningOf(module, nameOf(taken.local), find);
    const there = neighbour(module, statement.source, find);
    return there === null ? null : originOf(there, nameOf(taken.local), find);
  }
  const isOwn = declarationsOf(module, name).some(({ statement, node }) => statement !== node);
  return isOwn ? { source: module, local: name } : null;
}

function exportedNames(module: Source, find: Finder): string[] {
  return module.program.body.flatMap((statement) => {
    if (statement.type === 'ExportAllDeclaration') {
      if (statement.exported !== null) return [nameOf(statement.exported)];
      const there = neighbour(module, statement.source, find);
      return there === null ? [] : exportedNames(there, find);
    }
    if (statement.type !== 'ExportNamedDeclaration') return [];
    const own = declared(statement, statement.declaration).map(({ name }) => name);
    return [...own, ...statement.specifiers.map(({ exported }) => nameOf(exported))];
  });
}

// null for a package: what it exports is its own affair.
function neighbour(source: Source, specifier: StringLiteral, find: Finder): Source | null {
  if (!specifier.value.startsWith('.')) return null;
  return find(resolveRelative(source.path, specifier.value));
}

function declarations(source: Source): Declaration[] {
  return source.program.body.flatMap((statement) =>
    statement.type === 'ExportNamedDeclaration'
      ? declared(statement, statement.declaration)
      : declared(statement, statement),
  );
}

function declared(statement: Node, node: Node | null): Declaration[] {
  if (node?.type === 'VariableDeclaration') {
    return node.declarations.flatMap(({ id }) =>
      id.type === 'Identifier' ? [{ name: id.name, statement, node }] : [],
    );
  }
  if (node === null || !('id' in node) || node.id?.type !== 'Identifier') return [];
  return [{ name: node.id.name, statement, node }];
}

function nameOf(node: ModuleExportName): string {
  return node.type === 'Literal' ? node.value : node.name;
}
