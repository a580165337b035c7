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

// A newer build takes the place of the one that runs: a child finds it, and what is written down of
// the older one. It differs in one comment of the largest script, which all others need.
writeFileSync(
  join(project, 'renewed.mjs'),
  `import fs from 'node:fs';
import { Process, Queue } from 'heddle/multiprocessing';
const queue = new Queue();
// An environment of its own keeps it from the child that is made beforehand.
const env = { ...process.env };
const child = (target) => {
  new Process({ target, args: [queue], env }).start().join();
  return queue.get({ timeout: 10 });
};
const dist = new URL('node_modules/heddle/dist/', import.meta.url);
const files = fs.readdirSync(new URL('chunks', dist));
const scripts = files.filter((file) => file.endsWith('.script.js'));
const text = (file) => fs.readFileSync(new URL(file, dist), 'latin1');
const [base] = scripts.toSorted((a, b) => text('chunks/' + b).length - text('chunks/' + a).length);
const renewed = base.replace(/-\\w+\\.script/, '-renewed.script');
const before = child((queue) => queue.put('before'));
for (const file of fs.readdirSync(dist, { recursive: true })) {
  if (/\\.c?js$/.test(file) && text(file).includes(base)) {
    fs.writeFileSync(new URL(file, dist), text(file).replaceAll(base, renewed), 'latin1');
  }
}
const newer = '/* newer */' + text('chunks/' + base);
fs.writeFileSync(new URL('chunks/' + renewed, dist), newer, 'latin1');
fs.rmSync(new URL('chunks/' + base, dist));
const after = child((queue) => queue.put('after'));
const known = child(async (queue) => {
  const { Queue } = await import('heddle/multiprocessing');
  queue.put(queue instanceof Queue);
});
if (before + after + known !== 'beforeaftertrue') throw new Error([before, after, known].join());
`,
);
run(process.execPath, 'renewed.mjs');

function run(program: string, ...args: readonly string[]): void {
  console.log(`$ ${program} ${args.join(' ')}`);
  const options = { cwd: project, stdio: 'inherit', timeout: LIMIT_MS } as const;
  const { status, signal } = spawnSync(program, args, options);
  if (status !== 0) throw new Error(`A newcomer's command ended with ${signal ?? status}`);
}
