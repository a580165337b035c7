// Keeps of the declarations in dist those that a user's compiler reads: the ones that an entry
// point has, or refers to.
import { globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

const REFERENCE = /(?:from|import\(|import)\s*['"](\.[^'"]+)\.[cm]?[jt]s['"]/g;

/** Deletes the declarations in a folder that no entry point leads to, and their maps. */
export function dropPrivateTypes(folder: string, entries: readonly string[]): void {
  const reached = new Set(entries.map((entry) => join(folder, entry)));
  for (const file of reached) {
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(REFERENCE)) {
      reached.add(join(dirname(file), `${path}.d.ts`));
    }
  }
  for (const path of globSync('**/*.d.ts', { cwd: folder })) {
    const file = join(folder, path);
    if (reached.has(file)) continue;
    rmSync(file);
    rmSync(`${file}.map`, { force: true });
  }
}
