// The cases of test/programs/wire in each way that programs are built and run.
//
// TypeScript as it is, and after tsx, tsc and esbuild, as ES modules and as CommonJS: what a
// function's text and scopes look like differs in all of them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../support/run.ts';
import type { RunOptions } from '../support/run.ts';

const FOLDER = new URL('wire/', import.meta.url);
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const FILES = ['main', 'cases', 'classes', 'lib'] as const;
const LIMIT_MS = 100_000;

type Sources = Record<(typeof FILES)[number], string>;

const source: Sources = mapSources((name) => readFileSync(new URL(`${name}.ts`, FOLDER), 'utf8'));

test('program: every case passes as TypeScript that Node strips', async () => {
  await passes(source, 'ts');
});

test('program: every case passes under tsx', async () => {
  await passes(source, 'ts', { flags: ['--import', 'tsx'] });
});

test('program: every case passes as JavaScript modules', async () => {
  const stripped = mapSources((name) => stripTypeScriptTypes(source[name]));
  await passes(renamed(stripped, 'mjs'), 'mjs');
});

test('program: every case passes as modules that tsc made', async () => {
  await passes(compiled('mts', 'mjs'), 'mjs');
});

test('program: every case passes as CommonJS that tsc made', async () => {
  await passes(compiled('cts', 'cjs'), 'cjs');
});

test('program: every case passes as CommonJS that esbuild made', async () => {
  const options = { loader: 'ts', format: 'cjs', target: 'es2022' };
  const built = mapSources((name) => esbuild().transformSync(source[name], options).code);
  await passes(renamed(built, 'cjs'), 'cjs');
});

for (const keepNames of [false, true]) {
  const title = `program: every case passes in a bundle that ${keepNames ? 'keeps' : 'has'} names`;
  test(title, async () => {
    const [bundle] = esbuild().buildSync({
      entryPoints: [fileURLToPath(new URL('main.ts', FOLDER))],
      bundle: true,
      keepNames,
      platform: 'node',
      format: 'esm',
      target: 'es2022',
      external: ['heddle', 'heddle/*'],
      write: false,
    }).outputFiles;
    await passes({ ...source, main: bundle?.text ?? '' }, 'mjs');
  });
}

test('program: every case passes while coverage is taken', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-coverage-'));
  try {
    await passes(source, 'ts', { env: { NODE_V8_COVERAGE: folder } });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('program: every case passes where strings may not become code', async () => {
  await passes(source, 'ts', { flags: ['--disallow-code-generation-from-strings'] });
});

async function passes(
  { main, ...others }: Sources,
  kind: 'ts' | 'mjs' | 'cjs',
  options: RunOptions = {},
): Promise<void> {
  const files = Object.fromEntries(
    Object.entries(others).map(([name, text]) => [`${name}.${kind}`, text]),
  );
  const ran = await runProgram(main, { kind, files, limitMs: LIMIT_MS, ...options });
  assert.match(ran.stdout, /^(\d+) of \1 passed\n$/, `${ran.stdout}\n${ran.stderr}`);
  assert.equal(ran.code, 0);
}

function mapSources(map: (name: (typeof FILES)[number]) => string): Sources {
  const [main, cases, classes, lib] = FILES.map(map) as [string, string, string, string];
  return { main, cases, classes, lib };
}

function renamed(sources: Sources, extension: string): Sources {
  return mapSources((name) =>
    sources[name].replaceAll(/\.\/(cases|classes|lib)\.ts/g, `./$1.${extension}`),
  );
}

/** What tsc makes of the sources. */
function compiled(from: 'mts' | 'cts', to: 'mjs' | 'cjs'): Sources {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-compiled-'));
  try {
    for (const [name, text] of Object.entries(renamed(source, to))) {
      writeFileSync(join(folder, `${name}.${from}`), text);
    }
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(REPOSITORY, join(folder, 'node_modules', 'heddle'), 'junction');
    const tsc = join(REPOSITORY, 'node_modules', 'typescript', 'bin', 'tsc');
    const flags = ['--noCheck', '--target', 'es2022', '--module', 'nodenext'];
    const inputs = FILES.map((name) => `${name}.${from}`);
    execFileSync(process.execPath, [tsc, ...flags, ...inputs], { cwd: folder, stdio: 'pipe' });
    return mapSources((name) => readFileSync(join(folder, `${name}.${to}`), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Esbuild {
  transformSync(text: string, options: object): { code: string };
  buildSync(options: object): { outputFiles: { text: string }[] };
}

/** The esbuild that tsx brings. */
function esbuild(): Esbuild {
  const require = createRequire(import.meta.url);
  return createRequire(require.resolve('tsx'))('esbuild') as Esbuild;
}
