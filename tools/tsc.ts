// Runs the TypeScript compiler, which since version 7 is a program and nothing else.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { REPOSITORY } from './sources.ts';

/** How a run of the compiler ended. */
export interface Compiled {
  readonly ok: boolean;
  /** Its messages, a line each. */
  readonly output: string;
}

/** Runs `tsc` with these arguments in the folder. */
export function tsc(folder: string, ...flags: readonly string[]): Compiled {
  const program = join(REPOSITORY, 'node_modules', 'typescript', 'bin', 'tsc');
  const plain = [program, ...flags, '--pretty', 'false'];
  const { status, stdout, stderr } = spawnSync(process.execPath, plain, {
    cwd: folder,
    encoding: 'utf8',
  });
  return { ok: status === 0, output: stdout + stderr };
}
