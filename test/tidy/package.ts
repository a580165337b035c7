// Rules of the package: what npm would publish, and what it does on a user's machine.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from '../../tools/sources.ts';
import { tsc } from '../../tools/tsc.ts';

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
    const parts = ['src', 'package.json', 'README.md', 'LICENSE', 'tsconfig.json'];
    for (const part of [...parts, 'tsconfig.build.json']) {
      cpSync(join(REPOSITORY, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(REPOSITORY, 'node_modules'), join(copy, 'node_modules'), 'junction');
    // Whether it compiles is for `npm run types` to say: this rule is about size.
    tsc(copy, '-p', 'tsconfig.build.json');
    const pack = ['pack', '--dry-run', '--json', '--ignore-scripts', '--silent'];
    const stdout = execFileSync('npm', pack, { cwd: copy, encoding: 'utf8' });
    const [packed] = JSON.parse(stdout) as [{ size: number; files: { path: string }[] }];
    return { size: packed.size, files: packed.files.map(({ path }) => path) };
  } finally {
    rmSync(copy, { recursive: true });
  }
}
