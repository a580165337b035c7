// Rules of the public surface: what a user can import is documented, with an example that runs.
import type {
  AccessorProperty,
  Class,
  ClassElement,
  Comment,
  ExportAllDeclaration,
  ImportDeclaration,
  MethodDefinition,
  ModuleExportName,
  Node,
  PropertyDefinition,
} from 'oxc-parser';
import { resolveRelative, type Source } from '../../tools/sources.ts';
import { offenceAt, type Offence } from './offence.ts';

/** Finds a source by its path. */
export type Finder = (path: string) => Source;

interface Declared {
  readonly name: string;
  readonly source: Source;
  /** Where its comment ends: the export statement, or the declaration. */
  readonly statement: Node;
  readonly node: Node;
}

/**
 * Each export that `entry` hands to users has a doc comment; a class or function has an example in
 * it. So has each public member of a class a comment. An error class is shown where it is thrown.
 */
export function undocumented(entry: Source, find: Finder): Offence[] {
  const offences: Offence[] = [];
  for (const { name, source, statement, node } of declarationsOf(entry, find)) {
    const add = (what: string): void => {
      offences.push(offenceAt(source, statement.start, `${name} ${what}`));
    };
    const comment = docBefore(source, statement);
    if (comment === null) add('has no doc comment');
    else if (needsExample(node) && !/@example/.test(comment.value)) add('has no @example');
    if (isClass(node)) offences.push(...undocumentedMembers(source, name, node));
  }
  return offences;
}

function undocumentedMembers(source: Source, name: string, node: Class): Offence[] {
  const seen = new Set<string>();
  return node.body.body.flatMap((member) => {
    if (!isPublicMember(member)) return [];
    const key = source.text.slice(member.key.start, member.key.end);
    const isOverload = seen.has(key); // the words stand on the first one
    seen.add(key);
    if (isOverload || isToldElsewhere(member) || docBefore(source, member) !== null) return [];
    return [offenceAt(source, member.start, `${name}.${key} has no doc comment`)];
  });
}

type Member = MethodDefinition | PropertyDefinition | AccessorProperty;

// A member that a user can name; what `[Symbol.dispose]` and its like do, the symbol says.
function isPublicMember(member: ClassElement): member is Member {
  return (
    'key' in member &&
    member.key.type !== 'PrivateIdentifier' &&
    member.accessibility !== 'private' &&
    !member.computed
  );
}

// An override by what it overrides, a setter by its getter, a constructor without parameters by
// its class.
function isToldElsewhere(member: Member): boolean {
  if (member.override) return true;
  if (member.type !== 'MethodDefinition') return false;
  if (member.kind === 'set') return true;
  return member.kind === 'constructor' && member.value.params.length === 0;
}

function isClass(node: Node): node is Class {
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
}

function needsExample(node: Node): boolean {
  if (isClass(node)) return !isErrorClass(node);
  return node.type === 'FunctionDeclaration' || node.type === 'TSDeclareFunction';
}

function isErrorClass(node: Class): boolean {
  const { superClass } = node;
  return superClass?.type === 'Identifier' && superClass.name.endsWith('Error');
}

/** Every declaration that the file exports, its own or handed on from another. */
function declarationsOf(entry: Source, find: Finder): Declared[] {
  return entry.program.body.flatMap((statement) => {
    if (statement.type === 'ExportAllDeclaration') return handedOn(entry, statement, find);
    if (statement.type !== 'ExportNamedDeclaration') return [];
    if (statement.declaration !== null) return declared(entry, statement, statement.declaration);
    const { source } = statement;
    const from = source === null ? entry : find(resolveRelative(entry.path, source.value));
    return statement.specifiers.map(({ local }) => byName(from, nameOf(local), find));
  });
}

function handedOn(entry: Source, statement: ExportAllDeclaration, find: Finder): Declared[] {
  // `export * as room` is documented where the room is an entry of its own.
  if (statement.exported !== null) return [];
  return declarationsOf(find(resolveRelative(entry.path, statement.source.value)), find);
}

// The declaration that `name` means in `source`; overloads count as one, by the first.
function byName(source: Source, name: string, find: Finder): Declared {
  const candidates = source.program.body.flatMap((statement): Declared[] => {
    if (statement.type === 'ImportDeclaration') return imported(source, statement, name, find);
    if (statement.type === 'ExportAllDeclaration') return handedOn(source, statement, find);
    if (statement.type !== 'ExportNamedDeclaration') return declared(source, statement, statement);
    if (statement.declaration !== null) return declared(source, statement, statement.declaration);
    const taken = statement.specifiers.find(({ exported }) => nameOf(exported) === name);
    if (taken === undefined || statement.source === null) return [];
    const from = find(resolveRelative(source.path, statement.source.value));
    return [{ ...byName(from, nameOf(taken.local), find), name }];
  });
  const found = candidates.find((one) => one.name === name);
  if (found === undefined) throw new Error(`Cannot find what '${name}' means in ${source.path}`);
  return found;
}

// What `name` means when the file imports it to export it again.
function imported(
  source: Source,
  statement: ImportDeclaration,
  name: string,
  find: Finder,
): Declared[] {
  const taken = statement.specifiers.find(({ local }) => local.name === name);
  if (taken?.type !== 'ImportSpecifier') return [];
  const from = find(resolveRelative(source.path, statement.source.value));
  return [{ ...byName(from, nameOf(taken.imported), find), name }];
}

function nameOf(node: ModuleExportName): string {
  return node.type === 'Literal' ? node.value : node.name;
}

function declared(source: Source, statement: Node, node: Node): Declared[] {
  if (node.type === 'VariableDeclaration') {
    return node.declarations.flatMap(({ id }) =>
      id.type === 'Identifier' ? [{ name: id.name, source, statement, node }] : [],
    );
  }
  if (!('id' in node) || node.id === null || node.id.type !== 'Identifier') return [];
  return [{ name: node.id.name, source, statement, node }];
}

// The doc comment that ends right before the node.
function docBefore(source: Source, node: Node): Comment | null {
  const before = source.comments.findLast((comment) => comment.end <= node.start);
  if (before?.type !== 'Block' || !before.value.startsWith('*')) return null;
  return source.text.slice(before.end, node.start).trim() === '' ? before : null;
}
