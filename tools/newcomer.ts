// Plays the newcomer: installs the packed tarball into an empty project, and there type-checks and
// runs the README's examples, and requires each subpath from a CommonJS file.
//
//   node tools/newcomer.ts FOLDER     FOLDER holds heddle-*.tgz; the project is made in it
//
// The repository's own checks resolve heddle to src. This one sees what npm would publish: the
// files that were packed, the exports as others resolve them, the declarations without our flags.
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { examplesOfText } from './doc-examples.ts';
import { publishedEntries, REPOSITORY } from './sources.ts';
import { tsc } from './tsc.ts';

const LIMIT_MS = 60_000;

const [folder = '.'] = process.argv.slice(2);
const [tarball] = globSync('heddle-*.tgz', { cwd: folder });
if (tarball === undefined) throw new Error(`Cannot find a tarball in ${folder}: pack one first`);

// What Node has to decode in an address may be in the path of a project.
const project = join(folder, "a newcomer's #1 pröject, 100%");
mkdirSync(project);
writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
run('npm', 'install', '--no-audit', '--no-fund', join('..', tarball));

const readme = readFileSync(join(REPOSITORY, 'README.md'), 'utf8');
const examples = examplesOfText('README.md', readme);
for (const { line, code } of examples) writeFileSync(join(project, `readme-${line}.ts`), code);

const types = join('node_modules', '@types', 'node');
const undici = join('node_modules', 'undici-types');
for (const path of [types, undici]) {
  cpSync(join(REPOSITORY, path), join(project, path), { recursive: true });
}
const { ok, output } = tsc(project, '--init', '--module', 'nodenext', '--target', 'es2022');
if (!ok) throw new Error(`Cannot make a project\n${output}`);
const checked = tsc(project, '-p', '.', '--noEmit', '--types', 'node', '--skipLibCheck', 'false');
if (!checked.ok) throw new Error(`The README does not compile for a user\n${checked.output}`);

for (const { line, runs } of examples) if (runs) run(process.execPath, `readme-${line}.ts`);

const names = [...publishedEntries().keys()].map((subpath) => subpath.replace('.', 'heddle'));
const requires = names.map((name) => `console.log(Object.keys(require('${name}')).length);\n`);
writeFileSync(join(project, 'require.cjs'), requires.join(''));
run(process.execPath, 'require.cjs');

function run(program: string, ...args: readonly string[]): void {
  console.log(`$ ${program} ${args.join(' ')}`);
  const options = { cwd: project, stdio: 'inherit', timeout: LIMIT_MS } as const;
  const { status, signal } = spawnSync(program, args, options);
  if (status !== 0) throw new Error(`A newcomer's command ended with ${signal ?? status}`);
}
