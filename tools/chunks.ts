// How what is built is divided: what is loaded together is in one chunk.
//
// esbuild divides modules by the entry points that reach them. A program imports whole rooms, and
// soon needs all of them; a worker or a child begins with what its first function calls, and loads
// the locks, queues or containers that it meets, each a chunk for that reason.
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import type { BuildOptions, Metafile, Plugin } from 'esbuild';

/** Entry points whose output only divides, by their names. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = layersOf([
  [
    ['queues', ['fifo', 'simple', 'lifo', 'priority'].map(queueFile)],
    ['family-queues', ['multiprocessing/shared/queues.ts']],
  ],
  [
    [
      'locks',
      ['barrier', 'condition', 'event', 'lock', 'rlock', 'rwlock', 'semaphore'].map(
        (name) => `threading/locks/${name}.ts`,
      ),
    ],
    ['family-locks', ['multiprocessing/shared/locks.ts']],
  ],
  [
    [
      'containers',
      ['array', 'dict', 'list', 'namespace', 'value'].map((name) => `shared/${name}.ts`),
    ],
    ['family-containers', ['multiprocessing/shared/array.ts', 'multiprocessing/shared/value.ts']],
  ],
]);

/** Whose exports travel by their names: a script has only those that somebody imports. */
export const NAMED: readonly string[] = ['threading/locks/rwlock/sides.ts'];

/** What the entry points have in common beside. */
const ROOMS = ['kernel', 'wire', 'threading', 'queue', 'shared'].map((room) => `${room}/index.ts`);
/** What those of pools have in common beside, their workers' too. */
const POOL = [
  'pool/shared/orphan.ts',
  'pool/shared/stats.ts',
  'pool/shared/task-queue.ts',
  'pool/supervisor/demand.ts',
  'pool/worker/current-task.ts',
];

const CHILD = 'multiprocessing/process.entry.ts';
const WORKER = 'threading/thread.entry.ts';
const RARE = 'wire/encode/rare/rare.ts';
/** Loaded without the rest. */
const LEAN = new Set([CHILD, WORKER, RARE, 'pool/worker/worker.ts']);

type Group = readonly [name: string, files: readonly string[]];

function queueFile(order: string): string {
  return order === 'fifo' ? 'queue/queue.ts' : `queue/${order}-queue.ts`;
}

// Each with all before it, so that what two of them reach belongs to the first; but what threads
// share comes without what processes share.
function layersOf(
  pairs: readonly (readonly [threads: Group, family: Group])[],
): Record<string, readonly string[]> {
  const layers: Record<string, readonly string[]> = {};
  const before: string[] = [];
  const familyBefore: string[] = [];
  for (const [[name, files], [familyName, familyFiles]] of pairs) {
    before.push(...files);
    familyBefore.push(...familyFiles);
    layers[`layers/${name}`] = [...before];
    layers[`layers/${familyName}`] = [...before, ...familyBefore];
  }
  return layers;
}

/** Finds what each entry point imports before its own. */
export async function findFirsts(
  options: BuildOptions,
): Promise<(entry: string) => readonly string[]> {
  // What a child begins with is part of everything; so is, but for a child, what a worker does.
  const reached = await reachOf(CHILD, options);
  const child = reached.filter((file) => !isOfProcesses(file));
  const childsOwn = reached.filter((file) => isOfProcesses(file) && file !== CHILD);
  const worker = (await reachOf(WORKER, options)).filter((file) => file !== WORKER);
  return (entry) => {
    const layer = LAYERS[entry];
    if (layer !== undefined) return [...child, ...layer];
    if (entry === CHILD || entry === RARE) return child;
    const own = isOfProcesses(entry) || entry.startsWith('futures/') ? childsOwn : [];
    return [...child, ...worker, ...restOf(entry), ...own];
  };
}

function restOf(entry: string): string[] {
  const pool = entry.startsWith('pool/') ? POOL : [];
  if (LEAN.has(entry)) return pool;
  const all = [...(LAYERS['layers/containers'] ?? []), ...ROOMS, ...pool];
  if (!isOfProcesses(entry)) return all;
  return [
    ...all,
    ...(LAYERS['layers/family-containers'] ?? []),
    ...POOL,
    'multiprocessing/index.ts',
  ];
}

function isOfProcesses(file: string): boolean {
  return file.startsWith('multiprocessing/');
}

const staticImports: Plugin = {
  name: 'static-imports',
  setup(bundler) {
    bundler.onResolve({ filter: /.*/ }, ({ kind, path: file }) =>
      kind === 'dynamic-import' ? { path: file, external: true } : null,
    );
  },
};

async function reachOf(entry: string, options: BuildOptions): Promise<string[]> {
  const { metafile } = await build({
    ...options,
    entryPoints: [`src/${entry}`],
    plugins: [staticImports, ...(options.plugins ?? [])],
    format: 'esm',
    logLevel: 'silent',
    metafile: true,
    write: false,
  });
  return Object.keys(metafile.inputs)
    .filter((file) => file.startsWith('src/'))
    .map((file) => file.slice('src/'.length));
}

/**
 * Gives chunks names by the files in them, where esbuild's are by what is in these: an address that
 * a process has written down is good for a child that finds a newer build on the disk. The names
 * are as long, so that source maps stay true.
 */
export function renameChunks({ outputs }: Metafile): Metafile['outputs'] {
  const names = new Map<string, string>();
  for (const [file, { inputs }] of Object.entries(outputs)) {
    const [name] = CHUNK_NAME.exec(file) ?? [];
    if (name === undefined || file.endsWith('.map')) continue;
    const files = Object.keys(inputs).toSorted().join('\n');
    const hash = createHash('sha256').update(files).digest('hex').toUpperCase();
    names.set(name, `chunk-${hash.slice(0, 8)}`);
  }
  if (new Set(names.values()).size < names.size) throw new TypeError('Two chunks have one name');
  const renamed = (text: string): string =>
    text.replaceAll(new RegExp(CHUNK_NAME, 'g'), (name) => names.get(name) ?? name);
  for (const file of Object.keys(outputs)) {
    const text = renamed(readFileSync(file, 'utf8'));
    rmSync(file);
    writeFileSync(renamed(file), text);
  }
  return JSON.parse(renamed(JSON.stringify(outputs))) as Metafile['outputs'];
}

const CHUNK_NAME = /chunk-[A-Z0-9]{8}/;

/**
 * Chunks, and entry points of their size, in groups: those of a group are loaded by the same entry
 * points. The first of the first imports nothing, and all others import it.
 *
 * @param smallest size of an entry point that is worth a script, in bytes
 */
export function groupsOf(outputs: Metafile['outputs'], smallest: number): string[][] {
  const groups = new Map<string, string[]>();
  for (const [file, { bytes }] of Object.entries(outputs)) {
    if (!file.endsWith('.js')) continue;
    const isChunk = path.basename(path.dirname(file)) === 'chunks';
    if (!isChunk && bytes < smallest) continue;
    const key = isChunk ? loadersOf(file, outputs) : file;
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  const base = Object.keys(outputs).find((file) => isBase(outputs[file])) ?? '';
  const first = (one: string, other: string): number =>
    Number(other === base) - Number(one === base);
  return [...groups.values()]
    .map((group) => group.toSorted(first))
    .toSorted(([one = ''], [other = '']) => first(one, other));
}

function isBase(output: Metafile['outputs'][string] | undefined): boolean {
  return output !== undefined && 'src/kernel/memory/arena.ts' in output.inputs;
}

// The entry points that load a chunk with all that they need. Those that load less run scripts.
function loadersOf(chunk: string, outputs: Metafile['outputs']): string {
  const loaders = Object.keys(outputs).filter(
    (file) =>
      outputs[file]?.entryPoint !== undefined && !isLean(file) && reaches(file, chunk, outputs),
  );
  return loaders.join(' ');
}

function isLean(output: string): boolean {
  const entry = output.replace(/^dist\//, '').replace(/\.js$/, '');
  return entry in LAYERS || LEAN.has(`${entry}.ts`);
}

function reaches(file: string, chunk: string, outputs: Metafile['outputs']): boolean {
  return (outputs[file]?.imports ?? []).some(
    (one) =>
      one.kind === 'import-statement' && (one.path === chunk || reaches(one.path, chunk, outputs)),
  );
}
