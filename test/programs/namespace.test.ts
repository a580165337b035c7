// A container may give a process a pid namespace, and not the /proc that goes with it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const APART = ['--pid', '--fork', '--kill-child'];
const canEnter = spawnSync('unshare', [...APART, 'true']).status === 0;
const skip = canEnter ? false : 'unshare cannot make a pid namespace here (it takes root)';

test(
  'namespace: processes live, die and share where /proc has other numbers for them',
  { skip },
  () => {
    const program = fileURLToPath(new URL('namespace/main.ts', import.meta.url));
    const ran = spawnSync(
      'unshare',
      [...APART, process.execPath, '--conditions=heddle:source', program],
      { encoding: 'utf8', timeout: 60_000, killSignal: 'SIGKILL' },
    );
    assert.equal(ran.stdout, 'waiting\nabandoned\nshared 4\nterminated\n', ran.stderr);
    assert.equal(ran.status, 0);
  },
);
