// Rules of the package: what npm would publish, and what it does on a user's machine.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from '../../tools/sources.ts';

const PUBLISHED = ['src', 'package.json', 'README.md', 'LICENSE'];
const NEEDED_TO_BUILD = ['tools', 'tsconfig.json', 'tsconfig.build.json'];

/** What npm puts into the tarball. */
export interface Packed {
  /** Of the tarball, in bytes. */
  readonly size: number;
  readonly files: readonly string[];
}

/** Our package.json. */
export interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly imports: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Reads package.json. */
export function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as Manifest;
}

/**
 * Builds and packs a copy, without writing a tarball. A copy, because a build in place would pull
 * `dist` from under the feet of whoever uses it meanwhile.
 */
export function packCopy(): Packed {
  const copy = mkdtempSync(join(tmpdir(), 'heddle-pack-'));
  try {
    for (const part of [...PUBLISHED, ...NEEDED_TO_BUILD]) {
      cpSync(join(REPOSITORY, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(REPOSITORY, 'node_modules'), join(copy, 'node_modules'), 'junction');
    npm(copy, 'run', 'build');
    const stdout = npm(copy, 'pack', '--dry-run', '--json', '--ignore-scripts');
    const [packed] = JSON.parse(stdout) as [{ size: number; files: { path: string }[] }];
    return { size: packed.size, files: packed.files.map(({ path }) => path) };
  } finally {
    rmSync(copy, { recursive: true });
  }
}

function npm(folder: string, ...args: readonly string[]): string {
  return execFileSync('npm', ['--silent', ...args], { cwd: folder, encoding: 'utf8' });
}
