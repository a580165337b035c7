// Where a name that a room exports comes from.
//
// A room is imported by its index, which is all of it. What a child or a worker loads first is to
// be what it calls, and esbuild divides what it bundles by files; so each import from an index
// becomes one from the file behind it.
import { readFileSync } from 'node:fs';
import path from 'node:path';

interface Origin {
  readonly file: string;
  /** As that file exports it; '*' is all that it exports. */
  readonly name: string;
}

type Pair = readonly [name: string, local: string];

const IMPORT = /^import (\{[^}]*\}|\* as \w+) from '(\.[^']*\/index\.ts)';/gm;
const EXPORT = /^export (\{[^}]*\}|\* as \w+) from '(\.[^']*)';/gm;
const COMMENT = /\/\*[^]*?\*\/|\/\/.*/g;

const rooms = new Map<string, ReadonlyMap<string, Origin>>();

/** A source with what it imports from rooms taken from their files, on as many lines. */
export function throughRooms(file: string, text: string): string {
  return text.replaceAll(IMPORT, (statement, names: string, specifier: string) => {
    const room = path.join(path.dirname(file), specifier);
    const pairs = names.startsWith('*') ? membersOf(names.slice(5), text) : pairsOf(names);
    const direct = names.startsWith('*')
      ? `import ${names} from ${JSON.stringify(partName(room, pairs))};`
      : pairs.map(([name, local]) => importing(originOf(room, name), local)).join(' ');
    return direct + '\n'.repeat(statement.split('\n').length - 1);
  });
}

// What is imported as a namespace becomes a module of what is used of that.
function partName(room: string, pairs: readonly Pair[]): string {
  return `${PART}${pairs.map(([name]) => name).join()}:${room}`;
}

/** How a part of a room is named in an import. */
export const PART = 'part-of-room:';

/** The source of a part of a room, by its name. */
export function partOfRoom(part: string): string {
  const [names = '', room = ''] = part.slice(PART.length).split(':');
  return names
    .split(',')
    .map((name) => {
      const origin = originOf(room, name);
      return `export { ${origin.name} as ${name} } from ${JSON.stringify(origin.file)};`;
    })
    .join('\n');
}

function importing({ file, name }: Origin, local: string): string {
  const what = name === '*' ? `* as ${local}` : `{ ${name} as ${local} }`;
  return `import ${what} from ${JSON.stringify(file)};`;
}

function originOf(room: string, name: string): Origin {
  const origin = originsOf(room).get(name);
  // One of the index's own.
  if (origin === undefined) return { file: room, name };
  return path.basename(origin.file) === 'index.ts' ? originOf(origin.file, origin.name) : origin;
}

function originsOf(room: string): ReadonlyMap<string, Origin> {
  const known = rooms.get(room);
  if (known !== undefined) return known;
  const origins = new Map<string, Origin>();
  for (const [, names = '', specifier = ''] of readFileSync(room, 'utf8').matchAll(EXPORT)) {
    const file = path.join(path.dirname(room), specifier);
    if (names.startsWith('*')) origins.set(names.slice(5), { file, name: '*' });
    else for (const [name, as] of pairsOf(names)) origins.set(as, { file, name });
  }
  rooms.set(room, origins);
  return origins;
}

// Of `{ a, b as c }`.
function pairsOf(list: string): Pair[] {
  return list
    .slice(1, -1)
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '' && !one.startsWith('type '))
    .map((one) => {
      const [name = '', local = name] = one.split(' as ');
      return [name, local] as const;
    });
}

function membersOf(namespace: string, text: string): Pair[] {
  const uses = text.replaceAll(COMMENT, '').matchAll(new RegExp(`\\b${namespace}\\.(\\w+)`, 'g'));
  return [...new Set([...uses].map(([, name = '']) => name))].map((name) => [name, name] as const);
}
