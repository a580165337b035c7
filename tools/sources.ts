// The sources of this repository, parsed: what our own checks and generators read.
//
// TypeScript 7 has no programming interface, so the syntax tree is oxc's: ESTree with types.
import { existsSync, globSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { parseSync, type Comment, type Program } from 'oxc-parser';

/** The folder of the repository. */
export const REPOSITORY: string = dirname(import.meta.dirname);

/** One file, with its syntax tree. */
export interface Source {
  /** Relative to the repository, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly program: Program;
  readonly comments: readonly Comment[];
}

/** Reads and parses one file; `path` is relative to the repository. */
export function readSource(path: string): Source {
  return makeSource(path, readFileSync(join(REPOSITORY, path), 'utf8'));
}

/** Parses `text` as the file `path`, which need not exist. */
export function makeSource(path: string, text: string): Source {
  const { program, comments, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`Cannot parse ${path}: ${error.message}`);
  return { path, text, lines: text.split('\n'), program, comments };
}

/** Reads every TypeScript file under the folders that exist, in order of path. */
export function readSources(...folders: readonly string[]): Source[] {
  return listSources(...folders).map(readSource);
}

/** The paths of what {@link readSources} reads. */
export function listSources(...folders: readonly string[]): string[] {
  const found = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: REPOSITORY }));
  return found.map((path) => path.replaceAll('\\', '/')).toSorted();
}

/** The line, from 1, in which the character at `offset` stands. */
export function lineAt(source: Source, offset: number): number {
  return source.text.slice(0, offset).split('\n').length;
}

/**
 * The file that a relative `specifier` names, seen from `path`, both relative to the repository.
 */
export function resolveRelative(path: string, specifier: string): string {
  return posix.normalize(posix.join(posix.dirname(path), specifier));
}

/** The source file of each published subpath. */
export function publishedEntries(): Map<string, string> {
  const manifest = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
    exports: Record<string, string | Record<string, string>>;
  };
  const entries = new Map<string, string>();
  for (const [subpath, target] of Object.entries(manifest.exports)) {
    if (typeof target === 'string') continue; // ./package.json
    const file = posix.normalize(target['heddle:source'] ?? '');
    if (existsSync(join(REPOSITORY, file))) entries.set(subpath, file);
  }
  return entries;
}

/** Whether Node was started with this module; `import.meta.main` is too young for Node 22. */
export function isProgram(module: ImportMeta): boolean {
  const [, started] = process.argv;
  return started !== undefined && realpathSync(started) === module.filename;
}
