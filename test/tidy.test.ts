// The house rules that a machine can check (STYLE.md), as a test: a rule each, with its offenders.
//
// The rules are in test/tidy/, where each has a test that shows that it can fail.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { publishedEntries, readSource, readSources, REPOSITORY } from '../tools/sources.ts';
import { wrongArrows } from './tidy/arrows.ts';
import { foreignSyntax, silentExceptions, sleepingTests, strayAtomics } from './tidy/language.ts';
import { roomNames, strayTestFiles, strayTitles } from './tidy/names.ts';
import { report, type Offence } from './tidy/offence.ts';
import { packCopy, readManifest } from './tidy/package.ts';
import { fullFolders, longFiles, longFunctions, longLines } from './tidy/sizes.ts';
import { undocumented } from './tidy/surface.ts';
import * as wording from './tidy/wording.ts';

// The tarball holds src and dist: code, its types and their maps. Every room adds to it; raise this
// when one does, and look at what else came along.
const MOST_PACKED_BYTES = 950_000;

const src = readSources('src');
const tests = readSources('test');
const rest = readSources('tools', 'bench', 'examples', 'tour');
const all = [...src, ...tests, ...rest];
// What is or may be committed, git knows.
const noCheckout = existsSync(join(REPOSITORY, '.git')) ? false : 'not a git checkout';
const names = roomNames([...src, ...readSources('test/support', 'test/tidy', 'tools', 'tour')]);

function none(offences: readonly Offence[]): void {
  if (offences.length > 0) assert.fail(`${offences.length} offences\n${report(offences)}`);
}

test('tidy: a file has at most 400 lines', () => none(all.flatMap(longFiles)));
test('tidy: a function has at most 70 lines', () => none(all.flatMap(longFunctions)));
test('tidy: a line has at most 100 columns', () => none(all.flatMap(longLines)));
test('tidy: a folder of src has at most 12 files', () => none(fullFolders(src)));

test('tidy: a file opens with what it is', () => {
  none([...src, ...rest].flatMap(wording.missingHeaders));
});
test('tidy: an error message is a sentence that says what failed', () => {
  none([...src, ...rest].flatMap(wording.poorMessages));
});
test('tidy: no mark of unfinished work is left', () => none(all.flatMap(wording.leftMarks)));
test('tidy: a comment refers to files that exist', () => {
  none([...src, ...rest, ...tests].flatMap(wording.danglingReferences));
});
test('tidy: a link of a document leads to a file that exists', { skip: noCheckout }, () => {
  const documents = textFiles().filter((path) => path.endsWith('.md'));
  none(documents.flatMap((path) => wording.brokenLinks(path, read(path))));
});
test('tidy: no file names a folder of the machine of its writer', { skip: noCheckout }, () => {
  none(textFiles().flatMap((path) => wording.machinePaths(path, read(path))));
});

test(
  'tidy: what is committed is text, and nothing that a program left behind',
  {
    skip: noCheckout,
  },
  () => {
    const binary = textFiles().filter((path) => read(path).includes('\0'));
    none(binary.map((path) => ({ path, line: 1, what: 'it is not text' })));
  },
);

test('tidy: a room imports only rooms below it, through their index', () => {
  none(src.flatMap(wrongArrows));
});
test('tidy: only the seam names Atomics', () => none(src.flatMap(strayAtomics)));
test('tidy: no enum, namespace, parameter property or default export in src', () => {
  none(src.flatMap(foreignSyntax));
});
test('tidy: a rule that is switched off says why', () => none(all.flatMap(silentExceptions)));

test('tidy: a test waits for events, not for time', () => none(tests.flatMap(sleepingTests)));
test('tidy: a test title begins with the symbol that it is about', () => {
  none(tests.flatMap((source) => strayTitles(source, names)));
});
test('tidy: a test file mirrors a source file', () => {
  none(tests.flatMap((source) => strayTestFiles(source, names)));
});

test('tidy: what a user can import is documented, with an example', () => {
  const found = [...publishedEntries().values()].flatMap((path) =>
    undocumented(readSource(path), readSource),
  );
  // An error that several rooms hand on is one offence.
  none([...new Map(found.map((one) => [report([one]), one])).values()]);
});

test('tidy: package.json maps each subpath and entry to a file that exists', () => {
  const { exports, imports } = readManifest();
  const targets = [...Object.values(exports), ...Object.values(imports)].flatMap((target) =>
    typeof target === 'string' ? [target] : [target['heddle:source'] ?? '(no heddle:source)'],
  );
  const ours = targets.filter((path) => path.startsWith('.')); // or a package, for our own use
  const missing = ours.filter((path) => !existsSync(join(REPOSITORY, path)));
  assert.deepEqual(missing, []);
});

test('tidy: installing the package runs no script and compiles nothing', () => {
  const { scripts, dependencies = {}, optionalDependencies = {} } = readManifest();
  const onInstall = ['preinstall', 'install', 'postinstall', 'prepare'];
  assert.deepEqual(
    onInstall.filter((name) => name in scripts),
    [],
  );
  assert.deepEqual(dependencies, {});
  // Compiled code for the calls of the system that processes share memory by, as it is in the
  // registry: nothing is built, nothing is downloaded.
  assert.deepEqual(Object.keys(optionalDependencies).toSorted(), [
    '@koromix/koffi-linux-arm64',
    '@koromix/koffi-linux-x64',
  ]);
  const lock = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { hasInstallScript?: boolean }>;
  };
  for (const name of Object.keys(optionalDependencies)) {
    assert.equal(lock.packages[`node_modules/${name}`]?.hasInstallScript, undefined);
  }
});

test('tidy: the lock file names no registry', () => {
  const lock = read('package-lock.json');
  const hosts = [...lock.matchAll(/"resolved": "(https?:[^"]*)"/g)].map(([, url]) => url);
  assert.deepEqual(hosts, []);
});

test('tidy: the package is small and holds only what a user needs', () => {
  const { size, files } = packCopy();
  const stray = files.filter(
    (file) => !/^(dist\/|src\/|package\.json$|README\.md$|LICENSE$)/.test(file),
  );
  assert.deepEqual(stray, []);
  assert.ok(size <= MOST_PACKED_BYTES, `${size} bytes packed, at most ${MOST_PACKED_BYTES}`);
});

function read(path: string): string {
  return readFileSync(join(REPOSITORY, path), 'utf8');
}

// What is or may be committed. The lock file is npm's.
function textFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: REPOSITORY,
    encoding: 'utf8',
  });
  const isText = (path: string): boolean => !/(^package-lock\.json|\.(png|jpg|gif))$/.test(path);
  return listed
    .split('\n')
    .filter((path) => path !== '' && isText(path) && existsSync(join(REPOSITORY, path)));
}
