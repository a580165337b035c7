// Builds dist: declarations by tsc, JavaScript by esbuild.
//
// A worker has to load heddle before it can run its first thread. As the hundred files that we
// write, that takes longer than the worker's own start; as two, a fraction of it (bench/thread.ts).
// So what the entry points need is a few chunks, which each of them imports first as far as it may
// need them, workers only one or two, and children three: a module is still evaluated once in a
// thread, however it is reached.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import type { BuildOptions, Metafile, Plugin } from 'esbuild';
import { makeProgram, makeScripts } from './scripts.ts';
import { dropPrivateTypes } from './public-types.ts';

type Target = string | Readonly<Record<string, string>>;

interface Manifest {
  readonly exports: Readonly<Record<string, Target>>;
  readonly imports: Readonly<Record<string, Target>>;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

const SOURCE = path.resolve('src');
/** What a worker needs before its first thread runs, and everybody else: one chunk. */
const BASE = [
  'kernel/index.ts',
  'wire/index.ts',
  'threading/run.ts',
  'threading/streams.ts',
  'threading/view/deadlock.ts',
];
/** The rest of what the entry points have in common: another. */
const CORE = ['threading/index.ts', 'queue/index.ts', 'shared/index.ts'];
/** What those of pools have in common beside, their workers' too: a third. */
const POOL = [
  'pool/shared/orphan.ts',
  'pool/shared/stats.ts',
  'pool/shared/task-queue.ts',
  'pool/supervisor/demand.ts',
  'pool/worker/current-task.ts',
];
/** What those of processes have in common beside, a child's program too: a fourth. */
const FAMILY = [
  'multiprocessing/process.ts',
  'multiprocessing/memory/shareable-list.ts',
  'multiprocessing/pipe/pipe.ts',
  'multiprocessing/pipe/wait.ts',
  'multiprocessing/shared/array.ts',
  'multiprocessing/shared/locks.ts',
  'multiprocessing/shared/queues.ts',
  'multiprocessing/shared/value.ts',
];
/** Loaded without the rest, which a worker loads with the first value that needs it. */
const LEAN = new Set([
  'threading/thread.entry.ts',
  'wire/encode/rare/rare.ts',
  'pool/worker/worker.ts',
]);

/** What workers and children run first. */
const WORKER_PROGRAMS = ['threading/thread.entry.js', 'threading/keeper.entry.js'];
const CHILD_PROGRAM = 'multiprocessing/process.entry';

/** From this size on a file is a script behind a module, which is one more to open. */
const SCRIPT_BYTES = 8000;

function commonOf(entry: string): string[] {
  const common = LEAN.has(entry) ? [...BASE] : [...BASE, ...CORE];
  if (entry.startsWith('pool/')) common.push(...POOL);
  if (!entry.startsWith('multiprocessing/')) return common;
  common.push(...FAMILY);
  // Pools, which are another chunk: a child that has no use for them starts 1 ms sooner.
  if (entry !== `${CHILD_PROGRAM}.ts`) common.push(...POOL, 'multiprocessing/index.ts');
  return common;
}

// An entry point that imports the core first, so that all of them have the same modules in common.
const coreFirst: Plugin = {
  name: 'core-first',
  setup(bundler) {
    bundler.onResolve({ filter: /^entry:/ }, (found) => ({
      path: found.path.slice(6),
      namespace: 'entry',
    }));
    // One that is imported later is the same as when it is imported first.
    bundler.onResolve({ filter: /^\.\/index\.ts$/ }, ({ kind, resolveDir }) => {
      if (kind !== 'dynamic-import') return null;
      return { path: path.relative(SOURCE, path.join(resolveDir, 'index.ts')), namespace: 'entry' };
    });
    bundler.onLoad({ filter: /.*/, namespace: 'entry' }, ({ path: entry }) => {
      const own = `export * from ${JSON.stringify(path.join(SOURCE, entry))};`;
      const core = commonOf(entry).map(
        (file) => `import ${JSON.stringify(path.join(SOURCE, file))};`,
      );
      return { contents: [...core, own].join('\n'), resolveDir: SOURCE, loader: 'ts' };
    });
  },
};

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
const namedClasses: Plugin = {
  name: 'named-classes',
  setup(bundler) {
    bundler.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path: file }) => {
      const text = readFileSync(file, 'utf8');
      const naming = "$& static { Object.defineProperty(this, 'name', { value: '$1' }); }";
      return { contents: text.replaceAll(CLASS, naming), loader: 'ts' };
    });
  },
};

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
const { metafile } = await build({
  ...common,
  entryPoints: entries().map((entry) => ({
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
  plugins: [coreFirst, directBuiltins, namedClasses],
  logOverride: { 'unsupported-dynamic-import': 'silent' },
});
const modules = makeScripts(chunksFrom(metafile));
for (const entry of WORKER_PROGRAMS) makeProgram(path.join('dist', entry), modules, false);
makeProgram(path.join('dist', `${CHILD_PROGRAM}.js`), modules, true);
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

// What is worth it; the base first, which all others import.
function chunksFrom({ outputs }: Metafile): [string, ...string[]] {
  const large = Object.entries(outputs).filter(
    ([name, { bytes }]) => name.endsWith('.js') && bytes >= SCRIPT_BYTES,
  );
  const isBase = ([, { inputs }]: (typeof large)[number]): boolean =>
    'src/kernel/memory/arena.ts' in inputs;
  const base = large.find(isBase)?.[0] ?? '';
  return [base, ...large.filter((one) => !isBase(one)).map(([name]) => name)];
}

function publicEntries(): string[] {
  return sourcesOf(Object.values(manifest.exports)).map((entry) => entry.replace(/ts$/, 'd.ts'));
}

function entries(): string[] {
  return sourcesOf([...Object.values(manifest.exports), ...Object.values(manifest.imports)]);
}

function sourcesOf(targets: readonly Target[]): string[] {
  const sources = targets
    .map((target) => (typeof target === 'string' ? undefined : target['heddle:source']))
    .filter((source) => source?.startsWith('./src/') && source.endsWith('.ts'))
    .map((source) => (source as string).slice('./src/'.length));
  // Some are there as a module, and as a program.
  return [...new Set(sources)];
}
