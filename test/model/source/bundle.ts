// The shipping sources that a scenario uses, as one text of plain JavaScript.
//
// esbuild follows the imports of the scenario, erases the types and puts everything into one scope.
// Nothing else changes, but for
//
//   kernel/atomics.ts, waiting/clock.ts   stay imports: the engine stands in for them
//   wire/message.ts                       is replaced by doubles/message.ts: values are numbers
//   wire/index.ts                         is cut down to what containers use: doubles/wire.ts
//   shared-object.ts, node:async_hooks,   are replaced by doubles of these names
//   threading/current.ts
//   SPIN_ROUNDS                           0: another look at a cell is what the next step does, too
//   OFF                                   takes out the parts that no scenario of the file wants
//   a mutant's lines                      are put in place of those of the source
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { REPOSITORY } from '../../../tools/sources.ts';

/** A planted bug: lines of a source file and what stands there instead. */
export interface Patch {
  /** The file, from the root of the repository. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Where imports of these go that stay imports. */
export const SEAM = 'heddle:atomics';
export const CLOCK = 'heddle:clock';

const STAND_INS: readonly [suffix: string, module: string][] = [
  ['/kernel/atomics.ts', SEAM],
  ['/waiting/clock.ts', CLOCK],
];

const HERE = join(REPOSITORY, 'test/model/doubles');

const DOUBLES: readonly [suffix: string, double: string][] = [
  ['/src/wire/index.ts', 'wire.ts'],
  ['/src/wire/message.ts', 'message.ts'],
  ['/src/kernel/memory/shared-object.ts', 'shared-object.ts'],
  ['/src/threading/current.ts', 'current.ts'],
  ['node:async_hooks', 'async-hooks.ts'],
];

/** A part of the kernel that is off unless a scenario's file exports its name among `parts`. */
export type Part = 'deadlocks' | 'gil';

interface Removal extends Patch {
  /** Without one it is always off. */
  readonly part?: Part;
}

/** What is off, and stacks, as nobody asks for one. */
const OFF: readonly Removal[] = [
  {
    part: 'gil',
    file: 'src/kernel/memory/arena.ts',
    from: 'return this.unlocked(() => wait(this.cells, index, value, ms));',
    to: 'throw new TypeError("Cannot be in GIL mode in the model");',
  },
  {
    file: 'src/kernel/family/family.ts',
    from: 'return arena.unlocked === null ? sleep() : arena.unlocked(sleep);',
    to: 'return sleep();',
  },
  {
    part: 'gil',
    file: 'src/kernel/gil/gil.ts',
    from: 'export function freeGilOf(ofArena: Arena, slot: number): void {',
    to: 'export function freeGilOf(ofArena: Arena, slot: number): void { return;',
  },
  {
    part: 'deadlocks',
    file: 'src/kernel/deadlock/search.ts',
    from: '  const deadlock = look(arena, by, late);',
    to: '  return null;',
  },
  {
    file: 'src/kernel/table/stacks.ts',
    from: 'export function answerForStack(arena: Arena): void {',
    to: 'export function answerForStack(arena: Arena): void { return;',
  },
];

const SPINS = /const SPIN_ROUNDS = \d+;/;

/** Bundles a scenario's file with the sources that it uses. */
export async function bundle(
  scenario: string,
  patches: readonly Patch[],
  parts: readonly Part[],
): Promise<string> {
  const used = new Set<Patch>();
  const off = OFF.filter(({ part }) => part === undefined || !parts.includes(part));
  const { outputFiles } = await build({
    stdin: {
      contents: entryFor(scenario),
      resolveDir: REPOSITORY,
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    target: 'esnext',
    write: false,
    logLevel: 'silent',
    external: ['node:*', 'heddle:*'],
    define: { 'import.meta.url': '"file:///model.ts"', 'import.meta': '{}' },
    plugins: [standIns(), patched([...off, ...patches], used)],
  });
  const missing = patches.find((patch) => !used.has(patch));
  if (missing !== undefined) {
    throw new TypeError(`Cannot patch ${missing.file} as the scenario does not use it`);
  }
  return outputFiles[0]?.text ?? '';
}

// The scenario, and what the engine itself calls.
function entryFor(scenario: string): string {
  return (
    `export { scenarios } from ${JSON.stringify(scenario)};\n` +
    "export { burySlot, claimSlot } from './src/kernel/table/slots.ts';\n" +
    "export { arena } from './src/kernel/memory/arena.ts';\n" +
    "import './src/kernel/table/self.ts';\n"
  );
}

function standIns(): Plugin {
  return {
    name: 'stand-ins',
    setup(setUp) {
      setUp.onResolve({ filter: /\.ts$|^node:/ }, ({ path, resolveDir, importer }) => {
        const full = path.startsWith('node:') ? path : join(resolveDir, path);
        const found = STAND_INS.find(([suffix]) => full.endsWith(suffix));
        if (found !== undefined) return { path: found[1], external: true };
        const double = DOUBLES.find(([suffix]) => full.endsWith(suffix))?.[1];
        // A double may use what it stands in for.
        if (double === undefined || importer === join(HERE, double)) return null;
        return { path: join(HERE, double) };
      });
    },
  };
}

function patched(patches: readonly Patch[], used: Set<Patch>): Plugin {
  return {
    name: 'patches',
    setup(setUp) {
      setUp.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
        let contents = readFileSync(path, 'utf8').replace(SPINS, 'const SPIN_ROUNDS = 0;');
        for (const patch of patches) {
          if (path !== join(REPOSITORY, patch.file)) continue;
          if (contents.split(patch.from).length !== 2) {
            throw new TypeError(`Cannot patch ${patch.file} as it has not one of: ${patch.from}`);
          }
          contents = contents.replace(patch.from, () => patch.to);
          used.add(patch);
        }
        return { contents, loader: 'ts' };
      });
    },
  };
}
