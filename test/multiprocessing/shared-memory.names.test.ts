// Names of shared memory between processes: who gets one, and what becomes of it when its creator
// is killed.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Event, Process, SharedMemory, Value } from 'heddle/multiprocessing';
import { removeLeftBy } from '../../src/multiprocessing/memory/files.ts';
import { runProgram } from '../support/run.ts';

const FOLDER = '/dev/shm';
const SKIP = process.platform === 'linux' ? false : 'named memory is of Linux';
/** Two processes that start one after the other, on a busy machine. */
const LIMIT_S = 60;

/** A name that no other run has. */
function fresh(word: string): string {
  return `${word}-${process.pid}`;
}

/** What stands in the folder for memory of such names. */
function filesOf(part: string): string[] {
  return fs.readdirSync(FOLDER).filter((file) => file.includes(part));
}

/** Of a process as it stands in the names of its files; that of a dead one begins at 1. */
function owner(isDead = false): string {
  const memory = new SharedMemory({ create: true, size: 8 });
  const file = filesOf(memory.name)[0] ?? '';
  memory.unlink();
  const [, namespace, pid, start] = file.split('.');
  return [namespace, pid, isDead ? 1 : start].join('.');
}

/** The folder through which a name is given. */
function claimOf(name: string): string {
  return `${FOLDER}/heddle-claim.${process.getuid?.()}.${name}`;
}

/** Leaves a claim as its owner did that was stopped, or killed, in the midst; gives its path. */
function leaveClaim(name: string, whose: string): string {
  const [claim, made] = [claimOf(name), `${FOLDER}/making-${name}`];
  fs.mkdirSync(made);
  fs.writeFileSync(`${made}/heddle-new.${whose}.abcdef`, '');
  // At once: what is empty may be swept by another test.
  fs.renameSync(made, claim);
  return claim;
}

/** Has something done once, when a name that has been claimed is looked for. */
function whileClaimed(t: TestContext, name: string, act: () => void): void {
  const { readdirSync } = fs;
  const { mock } = t.mock.method(fs, 'readdirSync', (path: string) => {
    if (path === FOLDER && fs.existsSync(claimOf(name))) {
      mock.restore();
      act();
    }
    return readdirSync(path);
  });
}

const exists = { name: 'RuntimeError', code: 'ERR_HEDDLE_SHARED_MEMORY_EXISTS' };

test(
  'new SharedMemory() gives a name to one of two processes that want it at once',
  { skip: SKIP },
  async () => {
    const part = fresh('both');
    const dead = owner(true);
    const ran = await runProgram(`
      import fs from 'node:fs';
      import { Array, Barrier, Process, SharedMemory } from 'heddle/multiprocessing';
      const ROUNDS = 450;
      const won = Array('i32', ROUNDS * 2);
      const barrier = new Barrier(2);
      // A third of the names is new, a third was a dead process's, for a third one was killed as it
      // was about to get it.
      const leave = (name: string, i: number): void => {
        if (i % 3 === 1) fs.writeFileSync('${FOLDER}/heddle.${dead}.' + name, '');
        if (i % 3 < 2) return;
        const made = '${FOLDER}/making-' + name;
        fs.mkdirSync(made);
        fs.writeFileSync(made + '/heddle-new.${dead}.abcdef', '');
        fs.renameSync(made, '${FOLDER}/heddle-claim.' + process.getuid!() + '.' + name);
      };
      const race = (side: number): void => {
        for (let i = 0; i < ROUNDS; i++) {
          const name = '${part}-' + i;
          if (side === 0) leave(name, i);
          barrier.wait();
          try {
            new SharedMemory({ name, create: true, size: 8 });
            won[i * 2 + side] = 1;
          } catch (error) {
            if ((error as { code?: string }).code !== '${exists.code}') throw error;
          }
        }
        barrier.wait();
      };
      const child = new Process({ target: race, args: [1] }).start();
      race(0);
      child.join();
      const none = won.filter((_, i) => i % 2 === 0 && won[i]! + won[i + 1]! === 0).length;
      const both = won.filter((_, i) => i % 2 === 0 && won[i]! + won[i + 1]! === 2).length;
      console.log(child.exitcode, none, both);
    `);
    assert.deepEqual([ran.stderr, ran.stdout], ['', '0 0 0\n']);
    // What was swept as the last names were given is not swept again at once.
    removeLeftBy(process.pid, 1);
    assert.deepEqual(filesOf(part), []);
  },
);

test(
  'new SharedMemory() does not wait for one that was killed as it made that name',
  {
    skip: SKIP,
  },
  () => {
    const name = fresh('midst');
    leaveClaim(name, owner(true));
    const memory = new SharedMemory({ name, create: true, size: 8 });
    assert.equal(filesOf(name).length, 1);
    memory.unlink();
  },
);

test(
  'new SharedMemory() waits a moment only for one that stopped as it made that name',
  {
    skip: SKIP,
  },
  () => {
    const name = fresh('stopped');
    leaveClaim(name, owner());
    const memory = new SharedMemory({ name, create: true, size: 8 });
    assert.throws(() => new SharedMemory({ name, create: true, size: 8 }), exists);
    assert.equal(filesOf(name).length, 1);
    memory.unlink();
  },
);

test(
  'new SharedMemory() begins again when another one did not wait for it',
  { skip: SKIP },
  (t) => {
    const name = fresh('again');
    const lose = (): void => {
      for (const draft of fs.readdirSync(claimOf(name))) fs.rmSync(`${claimOf(name)}/${draft}`);
    };
    whileClaimed(t, name, lose);
    const memory = new SharedMemory({ name, create: true, size: 24 });
    assert.equal(new SharedMemory({ name }).size, 24);
    memory.unlink();
    let other: SharedMemory | undefined;
    whileClaimed(t, name, () => {
      lose();
      other = new SharedMemory({ name, create: true, size: 8 });
    });
    assert.throws(() => new SharedMemory({ name, create: true, size: 16 }), exists);
    assert.equal(new SharedMemory({ name }).size, 8);
    other?.unlink();
    assert.deepEqual(filesOf(name), []);
  },
);

test(
  'removeLeftBy() removes what a dead process left on the way to a name',
  {
    skip: SKIP,
  },
  () => {
    const [name, dead, alive] = [fresh('way'), owner(true), owner()];
    const draft = `heddle-new.${dead}.${name}`;
    fs.mkdirSync(`${FOLDER}/${draft}`);
    fs.writeFileSync(`${FOLDER}/${draft}/${draft}`, '');
    fs.mkdirSync(`${FOLDER}/heddle-new.${alive}.${name}-alive`);
    fs.mkdirSync(claimOf(`${name}-empty`));
    leaveClaim(`${name}-dead`, dead);
    const live = leaveClaim(`${name}-live`, alive);
    removeLeftBy(process.pid, 1);
    assert.deepEqual(
      filesOf(name).toSorted(),
      [live.slice(FOLDER.length + 1), `heddle-new.${alive}.${name}-alive`].toSorted(),
    );
    for (const file of filesOf(name)) fs.rmSync(`${FOLDER}/${file}`, { recursive: true });
  },
);

test(
  'SharedMemory that a killed child left is gone when its end is known',
  { skip: SKIP },
  async () => {
    const part = fresh('left');
    const ready = new Event();
    const target = (): void => {
      for (const i of [0, 1, 2]) {
        new SharedMemory({ name: `${part}-${i}`, create: true, size: 8 }).close();
      }
      ready.set();
      new Event().wait(LIMIT_S);
    };
    const child = new Process({ target }).start();
    assert.equal(await ready.waitAsync({ timeout: LIMIT_S }), true);
    assert.equal(filesOf(part).length, 3);
    const own = new SharedMemory({ name: `${part}-own`, create: true, size: 8 });
    child.kill();
    await child.joinAsync({ timeout: LIMIT_S });
    // Who waits for the end finds it done.
    assert.deepEqual(filesOf(part).length, 1);
    own.unlink();
  },
);

test(
  'new SharedMemory() looks after other blocks without asking the system about each',
  { skip: SKIP },
  async () => {
    const blocks = Array.from({ length: 300 }, () => new SharedMemory({ create: true, size: 8 }));
    const count = new Value('i32');
    const measured = (): void => {
      let calls = 0;
      for (const name of ['readFileSync', 'readlinkSync', 'readdirSync'] as const) {
        const before = fs[name] as (...args: unknown[]) => unknown;
        const counted = (...args: unknown[]): unknown => {
          calls++;
          return before(...args);
        };
        Object.assign(fs, { [name]: counted });
      }
      for (let i = 0; i < 100; i++) new SharedMemory({ create: true, size: 8 }).unlink();
      count.value = calls;
    };
    const child = new Process({ target: measured }).start();
    await child.joinAsync({ timeout: LIMIT_S });
    assert.equal(child.exitcode, 0);
    assert.ok(count.value < 100 * 10, `${count.value} calls`);
    for (const block of blocks) block.unlink();
  },
);
