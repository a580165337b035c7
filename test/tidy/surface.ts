// Rules of the public surface: what a user can import is documented, with an example that runs.
import type {
  AccessorProperty,
  Class,
  ClassElement,
  Comment,
  MethodDefinition,
  Node,
  PropertyDefinition,
} from 'oxc-parser';
import { declarationsOf, exportsOf, type Declaration, type Finder } from '../../tools/exports.ts';
import type { Source } from '../../tools/sources.ts';
import { offenceAt, type Offence } from './offence.ts';

/**
 * Each export that `entry` hands to users has a doc comment; a class or function has an example in
 * it. So has each public member of a class a comment; a field may be told in its class's, as
 * `field`. An error class is shown where it is thrown.
 */
export function undocumented(entry: Source, find: Finder): Offence[] {
  return [...exportsOf(entry, find).values()].flatMap(({ source, local }) => {
    // The words stand on the first of several declarations.
    const [declaration] = declarationsOf(source, local);
    // `export * as room` is documented where the room is an entry of its own.
    if (local === '*' || declaration === undefined) return [];
    return undocumentedIn(source, declaration);
  });
}

function undocumentedIn(source: Source, { name, statement, node }: Declaration): Offence[] {
  const comment = docBefore(source, statement);
  const words = comment?.value ?? '';
  const members = isClass(node) ? undocumentedMembers(source, name, node, words) : [];
  const wrong =
    comment === null
      ? 'has no doc comment'
      : needsExample(node) && !comment.value.includes('@example')
        ? 'has no @example'
        : null;
  if (wrong === null) return members;
  return [offenceAt(source, statement.start, `${name} ${wrong}`), ...members];
}

function undocumentedMembers(source: Source, name: string, node: Class, words: string): Offence[] {
  const seen = new Set<string>();
  return node.body.body.flatMap((member) => {
    if (!isPublicMember(member)) return [];
    const key = source.text.slice(member.key.start, member.key.end);
    const isOverload = seen.has(key); // the words stand on the first one
    seen.add(key);
    const isToldByClass = member.type === 'PropertyDefinition' && words.includes(`\`${key}\``);
    if (
      isOverload ||
      isToldByClass ||
      isToldElsewhere(member) ||
      docBefore(source, member) !== null
    )
      return [];
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

// The doc comment that ends right before the node.
function docBefore(source: Source, node: Node): Comment | null {
  const before = source.comments.findLast(
    // A rule that is switched off for the declaration stands between.
    ({ type, value, end }) => end <= node.start && !(type === 'Line' && value.includes('-disable')),
  );
  if (before?.type !== 'Block' || !before.value.startsWith('*')) return null;
  const between = source.text.slice(before.end, node.start).replace(/\/\/.*-disable.*/, '');
  return between.trim() === '' ? before : null;
}
