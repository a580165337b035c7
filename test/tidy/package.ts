// Rules of the package: what npm would publish, and what it does on a user's machine.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY } from '../../tools/sources.ts';

const run = promisify(execFile);

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
export async function packCopy(): Promise<Packed> {
  const copy = mkdtempSync(join(tmpdir(), 'heddle-pack-'));
  try {
    const parts = ['src', 'package.json', 'README.md', 'LICENSE', 'tsconfig.json'];
    for (const part of [...parts, 'tsconfig.build.json']) {
      cpSync(join(REPOSITORY, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(REPOSITORY, 'node_modules'), join(copy, 'node_modules'), 'junction');
    const tsc = join(REPOSITORY, 'node_modules', 'typescript', 'bin', 'tsc');
    // Its exit code is `npm run types`'s to judge: this rule is about size.
    await run(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: copy }).catch(() => {});
    const pack = ['pack', '--dry-run', '--json', '--ignore-scripts', '--silent'];
    const { stdout } = await run('npm', pack, { cwd: copy });
    const [packed] = JSON.parse(stdout) as [{ size: number; files: { path: string }[] }];
    return { size: packed.size, files: packed.files.map(({ path }) => path) };
  } finally {
    rmSync(copy, { recursive: true });
  }
}
