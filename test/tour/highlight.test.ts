// The colours of the sources that the tour shows.
import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../support/run.ts';

const MODULE = fileURLToPath(new URL('../../tour/highlight.ts', import.meta.url));
const SOURCE = "const t = 'a const'; // 3 threads";

async function highlighted(env: Record<string, string>): Promise<string> {
  // Node takes FORCE_COLOR for a terminal, and NO_COLOR for one without colours.
  const code = `
    Object.assign(process.env, ${JSON.stringify(env)});
    const { highlight } = await import(${JSON.stringify(MODULE)});
    process.stdout.write(highlight(${JSON.stringify(SOURCE)}));
  `;
  const { stdout, stderr } = await runProgram(code, { kind: 'mjs' });
  assert.equal(stderr, '');
  return stdout;
}

test('highlight() colours each word once, and changes nothing else', async () => {
  const shown = await highlighted({ FORCE_COLOR: '1' });
  assert.equal(stripVTControlCharacters(shown), SOURCE);
  const [escape, magenta, green, gray] = ['\u001B[', '35m', '32m', '90m'];
  assert.ok(shown.startsWith(`${escape}${magenta}const${escape}39m t`), JSON.stringify(shown));
  assert.ok(shown.includes(`${escape}${green}'a const'${escape}39m;`), JSON.stringify(shown));
  assert.ok(shown.includes(`${escape}${gray}// 3 threads${escape}39m`), JSON.stringify(shown));
});

test('highlight() leaves the source as it is where there are no colours', async () => {
  assert.equal(await highlighted({}), SOURCE);
});
