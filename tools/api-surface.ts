// Writes the public surface to docs/api/: one file for each subpath that package.json publishes.
//
//   npm run api              writes
//   npm run api -- --check   fails where the files differ from what the sources say
//
// A diff in docs/api/ is a decision about what users may rely on. So the files hold declarations
// only, in order of name, each once: no comments, no bodies, nothing that moves by itself. What a
// declaration mentions but the room does not export stands at the end, as users depend on it too.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Visitor, type Node } from 'oxc-parser';
import { declarationsOf, exportsOf, meaningOf, type Finder, type Origin } from './exports.ts';
import { isProgram, makeSource, publishedEntries, REPOSITORY, type Source } from './sources.ts';
import { tsc } from './tsc.ts';

const FOLDER = 'docs/api';
const HEADER =
  '// The public surface of SUBPATH. Written by `npm run api`: a diff here is a decision.\n';

if (isProgram(import.meta)) {
  const work = mkdtempSync(join(tmpdir(), 'heddle-api-'));
  try {
    process.exitCode = main(work, process.argv.includes('--check'));
  } finally {
    rmSync(work, { recursive: true });
  }
}

function main(work: string, isCheck: boolean): number {
  const fresh = join(work, 'api');
  mkdirSync(fresh);
  const find = emitDeclarations(join(work, 'types'));
  for (const [subpath, file] of publishedEntries()) {
    const name = subpath === '.' ? 'heddle' : subpath.replace('.', 'heddle');
    const text = surfaceOf(find(file), name, find);
    writeFileSync(join(fresh, `${subpath === '.' ? 'index' : basename(subpath)}.d.ts`), text);
  }
  const committed = join(REPOSITORY, FOLDER);
  if (!isCheck) {
    rmSync(committed, { recursive: true, force: true });
    cpSync(fresh, committed, { recursive: true });
    return 0;
  }
  const diff = ['diff', '--no-index', '--exit-code', '--', committed, fresh];
  const { status, stdout, stderr } = spawnSync('git', diff, { encoding: 'utf8' });
  if (status === 0) return 0;
  console.error(`${stdout}${stderr}\nThe public surface changed. Is that meant? Then npm run api`);
  return 1;
}

// Has the compiler write declarations without comments; gives a finder of sources by the path that
// they have in src, or by the specifier that another one names them with.
function emitDeclarations(folder: string): Finder {
  const flags = ['--emitDeclarationOnly', '--declarationMap', 'false', '--removeComments'];
  flags.push('--noUnusedLocals', 'false'); // does not change what is declared
  const { ok, output } = tsc(REPOSITORY, '-p', 'tsconfig.build.json', '--outDir', folder, ...flags);
  if (!ok) throw new Error(`Cannot write the declarations of src\n${output}`);
  const known = new Map<string, Source>();
  return (path) => {
    const name = path.replace(/(\.d)?\.[jt]s$/, '.d.ts');
    const source =
      known.get(name) ??
      makeSource(name, readFileSync(join(folder, name.replace('src/', '')), 'utf8'));
    known.set(name, source);
    return source;
  };
}

/** The declarations of everything that `entry` exports, as one text. */
export function surfaceOf(entry: Source, subpath: string, find: Finder): string {
  const exported = [...exportsOf(entry, find)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const shown = new Set(exported.map(([, origin]) => keyOf(origin)));
  const parts = exported.map(([name, origin]) => shownAs(name, origin));
  const hidden = hiddenBehind(
    exported.map(([, origin]) => origin),
    shown,
    find,
  );
  if (hidden.length > 0) {
    parts.push('// Not exported, but mentioned above.', ...hidden.map(textOf).toSorted());
  }
  return [HEADER.replace('SUBPATH', subpath), ...parts].join('\n').trimEnd() + '\n';
}

function shownAs(name: string, origin: Origin): string {
  if (origin.local === '*') {
    const room = origin.source.path.replace(/^src\/(.*)\/index\.d\.ts$/, 'heddle/$1');
    return `export * as ${name} from '${room}';\n`;
  }
  const text = textOf(origin).replaceAll(/^(?!\s|}|export |$)/gm, 'export ');
  return name === origin.local ? text : `// ${name}, declared as:\n${text}`;
}

function textOf({ source, local }: Origin): string {
  const texts = declarationsOf(source, local).map(({ statement }) =>
    source.text.slice(statement.start, statement.end),
  );
  return `${texts.join('\n')}\n`;
}

// What the declarations mention, and what that mentions, as far as it is ours and not shown yet.
function hiddenBehind(origins: readonly Origin[], shown: Set<string>, find: Finder): Origin[] {
  const found: Origin[] = [];
  for (const { source, local } of origins) {
    for (const { node } of declarationsOf(source, local)) {
      for (const name of namesIn(source, node)) {
        const origin = meaningOf(source, name, find);
        if (origin === null || origin.local === '*' || shown.has(keyOf(origin))) continue;
        shown.add(keyOf(origin));
        found.push(origin);
      }
    }
  }
  return found.length === 0 ? [] : [...found, ...hiddenBehind(found, shown, find)];
}

// The types and classes that a declaration names; not its parameters and members.
function namesIn(source: Source, within: Node): Set<string> {
  const names = new Set<string>();
  const take = (node: Node | null): void => {
    if (node?.type !== 'Identifier') return;
    if (node.start >= within.start && node.end <= within.end) names.add(node.name);
  };
  new Visitor({
    TSTypeReference: ({ typeName }) => take(typeName),
    TSTypeQuery: ({ exprName }) => take(exprName),
    TSInterfaceHeritage: ({ expression }) => take(expression),
    TSClassImplements: ({ expression }) => take(expression),
    ClassDeclaration: ({ superClass }) => take(superClass),
  }).visit(source.program);
  return names;
}

function keyOf({ source, local }: Origin): string {
  return `${source.path}#${local}`;
}
