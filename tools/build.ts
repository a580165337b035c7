// Builds dist: declarations by tsc, JavaScript by esbuild.
//
// A worker has to load heddle before it can run its first thread. As the hundred files that we
// write, that takes longer than the worker's own start; as a few, a fraction of it
// (bench/thread.ts). So what the entry points need is in chunks, which each of them imports first
// as far as it may need them (chunks.ts): a module is still evaluated once in a thread, however it
// is reached. Chunks become scripts (scripts.ts).
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import type { BuildOptions, Plugin } from 'esbuild';
import { LAYERS, NAMED, findFirsts, groupsOf, renameChunks } from './chunks.ts';
import { dropPrivateTypes } from './public-types.ts';
import { PART, partOfRoom, throughRooms } from './rooms.ts';
import { importFromGroups, makeProgram, makeScripts } from './scripts.ts';

type Target = string | Readonly<Record<string, string>>;

interface Manifest {
  readonly exports: Readonly<Record<string, Target>>;
  readonly imports: Readonly<Record<string, Target>>;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

const SOURCE = path.resolve('src');
/** What workers and children run first. */
const WORKER_PROGRAMS = ['threading/thread.entry.js', 'threading/keeper.entry.js'];
const CHILD_PROGRAM = 'multiprocessing/process.entry.js';

/** From this size on a file is a script behind a module, which is one more to open. */
const SCRIPT_BYTES = 8000;

/** Set before it is used. */
let firstsOf: (entry: string) => readonly string[] = () => [];

// An entry point that first imports what divides it (chunks.ts).
const dividedEntries: Plugin = {
  name: 'divided-entries',
  setup(bundler) {
    bundler.onResolve({ filter: /^entry:/ }, (found) => ({
      path: found.path.slice(6),
      namespace: 'entry',
    }));
    // One that is imported later is the same as when it is imported first.
    bundler.onResolve(
      { filter: /^\.\/(?:index|watch)\.ts$/ },
      ({ path: file, kind, resolveDir }) => {
        if (kind !== 'dynamic-import') return null;
        return { path: path.relative(SOURCE, path.join(resolveDir, file)), namespace: 'entry' };
      },
    );
    bundler.onLoad({ filter: /.*/, namespace: 'entry' }, ({ path: entry }) => {
      const first = firstsOf(entry).map((file) => `import ${JSON.stringify(inSource(file))};`);
      const exported = entry === 'layers/locks' ? NAMED : entry in LAYERS ? [] : [entry];
      const own = exported.map((file) => `export * from ${JSON.stringify(inSource(file))};`);
      const contents = [...first, ...own].join('\n');
      return { contents, resolveDir: SOURCE, loader: 'ts' };
    });
  },
};

function inSource(file: string): string {
  return path.join(SOURCE, file);
}

// Node makes an ES module of each of its own modules that one imports, with all that is in it: 4 ms
// for the six that a worker needs. Taken as they are they cost nothing. Those that Node itself has
// not loaded by then are taken when they are first looked at: most threads never do.
const LATE = new Set(['node:crypto', 'node:module', 'node:os', 'node:tty', 'node:v8']);
// A child has no workers at first, and its program says what a main thread is (loader.ts): 2 ms.
const WORKERS = 'node:worker_threads';
// Few modules take these, but more than one chunk: common to those, each would be a file.
const APART = new Set(['node:events', 'node:net', 'node:path']);
const directBuiltins: Plugin = {
  name: 'direct-builtins',
  setup(bundler) {
    bundler.onResolve({ filter: /^node:/ }, ({ path: id, importer }) => ({
      path: APART.has(id) ? `${id}#${path.relative(SOURCE, importer)}` : id,
      namespace: 'builtin',
    }));
    bundler.onLoad({ filter: /.*/, namespace: 'builtin' }, (found) => {
      const id = found.path.replace(/#.*/, '');
      const module = `process.getBuiltinModule('${id}')`;
      const late = (known: string): string =>
        `new Proxy(${known}, { get: (known, key) => key in known ? known[key] : ${module}[key] })`;
      const given = LATE.has(id) ? late('Object.create(null)') : module;
      if (id !== WORKERS) return { contents: shimOf(given) };
      const isChild = `typeof meta === 'object' && meta.main !== undefined`;
      const chosen = `${isChild} ? ${late('meta.main')} : ${given}`;
      return { contents: shimOf(chosen) };
    });
  },
};

// With what scripts.ts takes it for: a module, of which it is the default too.
function shimOf(builtin: string): string {
  return `module.exports = Object.create(${builtin}); module.exports.default = module.exports;`;
}

// A bundle renames one of two classes that have the same name, and one that names itself; errors
// show it. esbuild's keepNames would tell every function its name too, each time that one is made:
// that is 3 of the 65 ms of processor time that a first thread takes.
const CLASS = /^export (?:abstract )?class (\w+).*\{(?=\}?$)/gm;
const sourceFiles: Plugin = {
  name: 'source-files',
  setup(bundler) {
    bundler.onResolve({ filter: new RegExp(`^${PART}`) }, ({ path: part }) => ({
      path: part,
      namespace: 'part',
    }));
    bundler.onLoad({ filter: /.*/, namespace: 'part' }, ({ path: part }) => ({
      contents: partOfRoom(part),
      resolveDir: SOURCE,
    }));
    bundler.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path: file }) => {
      const text = readFileSync(file, 'utf8');
      const naming = "$& static { Object.defineProperty(this, 'name', { value: '$1' }); }";
      return { contents: throughRooms(file, text.replaceAll(CLASS, naming)), loader: 'ts' };
    });
  },
};

const sourcePlugins = [directBuiltins, sourceFiles];

const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node22.18',
  outdir: 'dist',
  logLevel: 'warning',
};

rmSync('dist', { recursive: true, force: true });
execFileSync('tsc', ['-p', 'tsconfig.build.json', '--emitDeclarationOnly'], { stdio: 'inherit' });
dropPrivateTypes('dist', publicEntries());
const entryPoints = [...entries(), ...Object.keys(LAYERS)];
firstsOf = await findFirsts({ ...common, plugins: sourcePlugins });
const { metafile } = await build({
  ...common,
  entryPoints: entryPoints.map((entry) => ({
    in: `entry:${entry}`,
    out: entry.replace(/\.ts$/, ''),
  })),
  // One folder below dist, as a room is one below src: what a module says of its own place stays
  // true.
  chunkNames: 'chunks/[name]-[hash]',
  splitting: true,
  format: 'esm',
  sourcemap: true,
  // A child reads 0.6 MB of them otherwise, for 0.4 of its 35 ms.
  minifyWhitespace: true,
  lineLimit: 100,
  metafile: true,
  // They are in the package, under src.
  sourcesContent: false,
  plugins: [dividedEntries, ...sourcePlugins],
  logOverride: { 'unsupported-dynamic-import': 'silent' },
});
const outputs = renameChunks(metafile);
rmSync('dist/layers', { recursive: true });
const scripts = makeScripts(groupsOf(outputs, SCRIPT_BYTES), namedFiles());
for (const program of WORKER_PROGRAMS) makeProgram(path.join('dist', program), scripts, false);
makeProgram(path.join('dist', CHILD_PROGRAM), scripts, true);
for (const file of Object.keys(outputs)) {
  if (file.startsWith('dist/layers/') || !file.endsWith('.js')) continue;
  if (!scripts.modules.has(file)) importFromGroups(file, scripts);
}
copyFileSync('src/threading/required.cjs', 'dist/threading/required.cjs');
// The parser, as one small file of ours: the package has no dependency, and it loads in half the
// time.
await build({
  ...common,
  entryPoints: [{ in: 'acorn', out: 'acorn' }],
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  minify: true,
  banner: { js: `/*! acorn\n${readFileSync('node_modules/acorn/LICENSE', 'utf8')}*/` },
});

function publicEntries(): string[] {
  return sourcesOf(Object.values(manifest.exports)).map((entry) => entry.replace(/ts$/, 'd.ts'));
}

function entries(): string[] {
  return sourcesOf([...Object.values(manifest.exports), ...Object.values(manifest.imports)]);
}

// By the names of package.json's `imports`.
function namedFiles(): Record<string, string> {
  const files: Record<string, string> = {};
  for (const [name, target] of Object.entries(manifest.imports)) {
    const file = typeof target === 'string' ? target : (target['default'] ?? '');
    if (file.endsWith('.js')) files[name] = path.join(file);
  }
  return files;
}

function sourcesOf(targets: readonly Target[]): string[] {
  const sources = targets
    .map((target) => (typeof target === 'string' ? undefined : target['heddle:source']))
    .filter((source) => source?.startsWith('./src/') && source.endsWith('.ts'))
    .map((source) => (source as string).slice('./src/'.length));
  // Some are there as a module, and as a program.
  return [...new Set(sources)];
}
