// Rules of test names: a title is a symbol and a claim; a test file mirrors a source file.
import { posix } from 'node:path';
import { Visitor, type CallExpression, type Node } from 'oxc-parser';
import type { Source } from '../../tools/sources.ts';
import { offenceAt, offenceIn, type Offence } from './offence.ts';

/** Every name that each room exports, from any of its files, by room; '' is the front door. */
export type RoomNames = ReadonlyMap<string, ReadonlySet<string>>;

// Suites with names of their own: CPython's, or those of the programs that they run.
const NAMED_OTHERWISE = /^test\/(python|programs|types)\//;
const LEADING_SYMBOL = /^(?:new |await |import )?([A-Za-z_$][\w$-]*)/;

/** Collects the names for {@link strayTitles} and {@link strayTestFiles}. */
export function roomNames(sources: readonly Source[]): RoomNames {
  const names = new Map<string, Set<string>>();
  for (const source of sources) {
    const [top = ''] = source.path.split('/');
    const key = top === 'src' || top === 'test' ? roomOfTest(source.path) : top;
    const known = names.get(key) ?? new Set();
    for (const name of exportedNames(source)) known.add(name);
    for (const name of spellings(posix.basename(source.path, '.ts'))) known.add(name);
    names.set(key, known);
  }
  return names;
}

/** A title begins with a name that the room exports, or with the name of the test file. */
export function strayTitles(source: Source, names: RoomNames): Offence[] {
  if (NAMED_OTHERWISE.test(source.path)) return [];
  const room = roomOfTest(source.path);
  const own = new Set(spellings(subjectOf(source.path)));
  // A suite that serves several rooms may speak of any of them.
  const allowed = names.get(room) ?? new Set([...names.values()].flatMap((known) => [...known]));
  return titlesOf(source).flatMap(({ title, offset }) => {
    if (title.startsWith('…')) return []; // a contract suite names the class that it is given
    const symbol = LEADING_SYMBOL.exec(title)?.[1] ?? '';
    if (allowed.has(symbol) || own.has(symbol)) return [];
    return [offenceAt(source, offset, `'${title}' does not begin with an exported name`)];
  });
}

/** The test file x in a room stands for the source file x of the room, or for its export x. */
export function strayTestFiles(source: Source, names: RoomNames): Offence[] {
  const room = roomOfTest(source.path);
  const known = names.get(room);
  if (known === undefined || NAMED_OTHERWISE.test(source.path)) return [];
  if (!source.path.endsWith('.test.ts') || source.path === 'test/tidy.test.ts') return [];
  const subject = subjectOf(source.path);
  if (spellings(subject).some((name) => known.has(name))) return [];
  return [offenceIn(source, 1, `no file or export of src/${room} is called '${subject}'`)];
}

// The folder within test, or within src; empty for a file that is directly in it.
function roomOfTest(path: string): string {
  const [, room = '', file] = path.split('/');
  return file === undefined ? '' : room;
}

// lock.fairness.test.ts is one of several files about lock.
function subjectOf(path: string): string {
  return posix.basename(path).split('.')[0] ?? '';
}

// r-lock: r-lock, rLock, RLock, and rlock for names like RLOCK.
function spellings(kebab: string): string[] {
  const words = kebab.split('-');
  const pascal = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
  return [kebab, pascal, pascal.slice(0, 1).toLowerCase() + pascal.slice(1)];
}

function exportedNames(source: Source): string[] {
  const names: string[] = [];
  const add = (node: Node | null): void => {
    if (node?.type === 'Identifier') names.push(node.name);
  };
  new Visitor({
    ExportNamedDeclaration({ declaration, specifiers }) {
      for (const { exported } of specifiers) add(exported);
      if (declaration === null) return;
      if ('id' in declaration) add(declaration.id);
      if (declaration.type !== 'VariableDeclaration') return;
      for (const { id } of declaration.declarations) add(id);
    },
    ExportAllDeclaration: ({ exported }) => add(exported),
  }).visit(source.program);
  return names;
}

interface Title {
  readonly title: string;
  readonly offset: number;
}

// The titles of tests, each with those of the describes around it in front.
function titlesOf(source: Source): Title[] {
  const titles: Title[] = [];
  const around: string[] = [];
  new Visitor({
    CallExpression(node) {
      const kind = kindOf(node);
      const title = titleOf(node);
      if (kind === 'chapter') around.push(title ?? '');
      if (kind !== 'test' || title === null) return;
      titles.push({ title: [...around, title].join(' ').trim(), offset: node.start });
    },
    'CallExpression:exit'(node) {
      if (kindOf(node) === 'chapter') around.pop();
    },
  }).visit(source.program);
  return titles;
}

// test(), it(), test.skip() …; describe() and suite() are chapters.
function kindOf({ callee }: CallExpression): 'test' | 'chapter' | null {
  const object = callee.type === 'MemberExpression' ? callee.object : callee;
  if (object.type !== 'Identifier') return null;
  if (object.name === 'test' || object.name === 'it') return 'test';
  return object.name === 'describe' || object.name === 'suite' ? 'chapter' : null;
}

function titleOf(node: CallExpression): string | null {
  const [title] = node.arguments;
  if (title?.type === 'Literal' && typeof title.value === 'string') return title.value;
  if (title?.type !== 'TemplateLiteral') return null;
  return title.quasis.map((quasi) => quasi.value.cooked ?? '').join('…');
}
