// The arrows of ARCHITECTURE.md: a room imports only rooms below it, and only through their index.
import { Visitor, type Node } from 'oxc-parser';
import { resolveRelative, type Source } from '../../tools/sources.ts';
import { offenceAt, type Offence } from './offence.ts';

// A room may import the rooms of lower levels. Rooms of one level do not know each other.
const LEVEL: Readonly<Record<string, number>> = {
  errors: 0,
  telemetry: 0,
  kernel: 1,
  wire: 2,
  system: 2,
  threading: 3,
  progress: 3,
  queue: 4,
  shared: 4,
  pool: 5,
  multiprocessing: 6,
  futures: 7,
  dashboard: 8,
  engines: 8,
  cli: 8,
};
// The files directly in src: the package's root, which may import every room.
const FRONT_DOOR = 9;

/** An import crosses into a lower room, through its index, or stays in its own room. */
export function wrongArrows(source: Source): Offence[] {
  const here = roomOf(source.path);
  if (here === null) return [];
  if (levelOf(here) === undefined) {
    return [offenceAt(source, 0, `room '${here}' is not in the table of test/tidy/arrows.ts`)];
  }
  return importsOf(source).flatMap(({ specifier, offset }) => {
    const wrong = whatIsWrong(source.path, here, specifier);
    return wrong === null ? [] : [offenceAt(source, offset, `imports '${specifier}': ${wrong}`)];
  });
}

function whatIsWrong(path: string, here: string, specifier: string): string | null {
  if (/^heddle(\/|$)/.test(specifier)) return 'our own name is for users; import the file';
  if (!specifier.startsWith('.')) return null;
  const target = resolveRelative(path, specifier);
  const there = roomOf(target);
  if (there === null) return 'it is outside src';
  if (there === here) return null;
  const [below, above] = [levelOf(there), levelOf(here)];
  if (below === undefined || above === undefined || below >= above) {
    return `${nameOf(there)} is not below ${nameOf(here)}`;
  }
  return target === indexOf(there) ? null : `only through ${indexOf(there)}`;
}

function indexOf(room: string): string {
  return `src/${room}/index.ts`;
}

function nameOf(room: string): string {
  return room === '' ? 'the front door' : room;
}

// '' for a file directly in src, null outside.
function roomOf(path: string): string | null {
  const [top, room, file] = path.split('/');
  if (top !== 'src' || room === undefined) return null;
  return file === undefined ? '' : room;
}

function levelOf(room: string): number | undefined {
  return room === '' ? FRONT_DOOR : LEVEL[room];
}

interface Import {
  readonly specifier: string;
  readonly offset: number;
}

/** Every module that the file names: imported, re-exported, imported on demand or as a type. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  const take = (node: Node | null): void => {
    if (node?.type !== 'Literal' || typeof node.value !== 'string') return;
    found.push({ specifier: node.value, offset: node.start });
  };
  new Visitor({
    ImportDeclaration: (node) => take(node.source),
    ExportAllDeclaration: (node) => take(node.source),
    ExportNamedDeclaration: (node) => take(node.source),
    ImportExpression: (node) => take(node.source),
    TSImportType: (node) => take(node.source),
  }).visit(source.program);
  return found;
}
