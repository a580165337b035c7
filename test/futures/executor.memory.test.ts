// Executors with a worker that runs out of memory.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '../support/run.ts';

// Node aborts the process where one scavenge promotes more than the allowance beyond the limit.
const FLAGS = ['--max-old-space-size=60', '--max-semi-space-size=1'];

for (const kind of ['ThreadPoolExecutor', 'ProcessPoolExecutor']) {
  test(`${kind} breaks when a worker runs out of memory`, async () => {
    const ran = await runProgram(
      `import { ${kind} } from 'heddle/futures';
      import { print } from 'heddle';
      const leak = () => {
        const kept: unknown[] = [];
        for (;;) kept.push(Array.from({ length: 50_000 }, () => 0.5));
      };
      const told = (act: () => unknown): void => {
        try {
          print(act());
        } catch (error) {
          print((error as Error).name, ((error as Error).cause as Error).name);
        }
      };
      const executor = new ${kind}({ maxWorkers: 1 });
      const before = executor.submit((n: number) => n + 1, 41);
      told(() => before.result());
      const results = executor.map((n: number) => (n === 1 ? leak() : n), [[0, 1, 2]]);
      const behind = executor.submit((n: number) => n, 3);
      told(() => results.next().value);
      told(() => results.next().value);
      told(() => behind.result());
      told(() => executor.submit((n: number) => n, 4));
      told(() => before.result());
      executor.shutdown();`,
      { limitMs: 60_000, flags: FLAGS },
    );
    const broken = 'BrokenExecutor WorkerDiedError\n';
    const expected = `42\n0\n${broken.repeat(3)}42\n`;
    assert.equal(ran.stdout, expected, `${ran.code} ${ran.signal} ${ran.stderr}`);
    assert.equal(ran.code, 0);
  });
}
