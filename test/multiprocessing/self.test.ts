// What becomes of processes whose parent is killed, so that nothing of it runs any more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startProgram } from '../support/run.ts';
import { untilEnded } from '../support/processes.ts';

const LIMIT_MS = 100_000;

test('Process.daemon ends with a killed parent; others learn of it, and go on', async () => {
  const program = startProgram(
    `
    import { print, sleep } from 'heddle';
    import { Process, parentProcess } from 'heddle/multiprocessing';
    const deaf = (): void => {
      process.on('SIGTERM', () => print('asked'));
      print('daemon', process.pid);
      for (;;) sleep('1h');
    };
    const heir = (): void => {
      print('heir', process.pid);
      const parent = parentProcess() as Process;
      print('joined', parent.join(), parent.isAlive(), parent.state, parent.exitcode);
    };
    new Process({ target: deaf, daemon: true }).start();
    new Process({ target: heir }).start();
    setInterval(() => {}, 1000);
    `,
    { limitMs: LIMIT_MS },
  );
  const [daemon, heir] = await Promise.all([program.line('daemon'), program.line('heir')]);
  program.kill();
  await program.line('joined true false terminated null');
  // One that does not hear SIGTERM is killed a second later.
  assert.equal(await untilEnded(pidOf(daemon.text), 20_000), true);
  assert.equal(await untilEnded(pidOf(heir.text), 20_000), true);
  const ran = await program.end;
  assert.deepEqual([ran.signal, ran.stderr, ran.timedOut], ['SIGKILL', '', false]);
});

function pidOf(line: string): number {
  return Number(line.split(' ')[1]);
}
