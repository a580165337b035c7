// GIL mode, each time in a program of its own: it is on for a whole program or not at all.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '../support/run.ts';

const ON = { HEDDLE_GIL: '1' };

async function linesOf(program: string, env: Record<string, string>): Promise<string[]> {
  const ran = await runProgram(program, { env, limitMs: 60_000 });
  assert.equal(ran.stderr, '');
  assert.equal(ran.code, 0, ran.stdout);
  return ran.stdout.trimEnd().split('\n');
}

test('gil.enable() turns it on before the first thread starts, and not after', async () => {
  const lines = await linesOf(
    `
    import { Thread, gil } from 'heddle/threading';
    const told = (body) => {
      try { return body(); } catch (error) { return String(error).split('\\n')[0]; }
    };
    console.log(gil.enabled, gil.getSwitchInterval());
    for (const bad of [0, -1, NaN, 'soon', '0ms', 2 ** 32]) {
      console.log(told(() => gil.setSwitchInterval(bad)));
    }
    gil.setSwitchInterval('20ms');
    console.log(gil.getSwitchInterval());
    new Thread({ target: () => {} }).start().join();
    console.log(told(() => gil.enable()), gil.enabled);
    `,
    {},
  );
  assert.deepEqual(lines, [
    'false 0.005',
    'RangeError: Cannot use 0 as switch interval as it must be above 0',
    'RangeError: Cannot use -1 as switch interval as it is negative',
    'TypeError: Cannot use NaN as switch interval: it is not a number of seconds',
    'TypeError: Cannot use "soon" as switch interval as it is not a duration',
    'RangeError: Cannot use 0 as switch interval as it must be above 0',
    'RangeError: Cannot use 4294967296 as switch interval as it is above 2^31 seconds',
    '0.02',
    'RuntimeError: Cannot turn the GIL on as a thread was started before false',
  ]);
});

test('gil keeps every update, with a switch interval longer than the run', async () => {
  const lines = await linesOf(
    `
    import { Event, Thread, gil } from 'heddle/threading';
    import { Value } from 'heddle/shared';
    gil.enable();
    gil.enable();
    gil.setSwitchInterval(3600);
    const [count, go] = [new Value('i32'), new Event()];
    const target = () => {
      go.wait();
      for (let i = 0; i < 50000; i++) count.value += 1;
      return gil.enabled;
    };
    const threads = [1, 2, 3, 4].map(() => new Thread({ target }).start());
    go.set();
    console.log(threads.map((thread) => thread.result()).join(), count.value);
    `,
    {},
  );
  assert.deepEqual(lines, ['true,true,true,true 200000']);
});

test('gil goes to another thread after the switch interval, at a call into heddle', async () => {
  const lines = await linesOf(
    `
    import { Thread } from 'heddle/threading';
    import { SharedList, Value } from 'heddle/shared';
    const [turn, list] = [new Value('i32'), new SharedList([0])];
    // Each waits for the other without blocking: only switches let them go on.
    const target = (mine) => { for (let i = 0; i < 5; i++) {
      while (turn.value !== mine);
      turn.value = 1 - mine;
      while (list.at(0) === mine);
      list.set(0, mine);
    } };
    const threads = [0, 1].map((n) => new Thread({ target, args: [n] }).start());
    list.set(0, 1);
    while (threads.some((thread) => thread.isAlive()));
    console.log('both through');
    `,
    ON,
  );
  assert.deepEqual(lines, ['both through']);
});

test('gil is given up by who blocks, sleeps, awaits, or has nothing to do', async () => {
  const lines = await linesOf(
    `
    import { print, sleep, sleepAsync } from 'heddle';
    import { Event, Lock, Thread, gil } from 'heddle/threading';
    gil.setSwitchInterval('1h');
    const [never, lock, stop] = [new Event(), new Lock(), new Event()];
    lock.acquire();
    const waits = [
      () => never.wait(),
      () => lock.acquire(),
      () => { while (!stop.isSet()) sleep('2ms'); },
      async () => { while (!stop.isSet()) await sleepAsync('2ms'); },
      () => new Promise((resolve) => { const timer = setInterval(() => {
        if (stop.isSet()) resolve(clearInterval(timer));
      }, 2); }),
      () => new Promise((resolve) => never.waitAsync().then(() => setImmediate(resolve))),
    ];
    const threads = waits.map((target) => new Thread({ target }).start());
    const work = () => { let sum = 0; for (let i = 0; i < 1e6; i++) sum += i; return sum; };
    print(new Thread({ target: work }).start().result());
    print(await new Thread({ target: work }).start().resultAsync());
    stop.set();
    never.set();
    threads[0].join();
    lock.release();
    await Promise.all(threads.map((thread) => thread.joinAsync()));
    print('all through');
    let emitted = 0;
    process.on('beforeExit', () => {
      if (++emitted === 1) print('end');
      if (emitted > 9) print('again and again');
    });
    `,
    ON,
  );
  assert.deepEqual(lines, ['499999500000', '499999500000', 'all through', 'end']);
});

test('gil is held in every callback of an event loop', async () => {
  const lines = await linesOf(
    `
    import { Thread } from 'heddle/threading';
    const cells = new Int32Array(new SharedArrayBuffer(8));
    // No call into heddle: between reading and writing nobody else may run.
    const add = () => { for (let i = 0; i < 20000; i++) {
      cells[0] = cells[0] + 1;
    } };
    const target = async () => {
      for (let i = 0; i < 10; i++) {
        await new Promise((resolve) => setImmediate(resolve));
        add();
        await null;
        add();
        await new Promise((resolve) => setTimeout(() => { add(); resolve(); }, 1));
      }
    };
    const threads = [1, 2, 3].map(() => new Thread({ target }).start());
    await target();
    for (const thread of threads) thread.join();
    console.log(cells[0]);
    `,
    ON,
  );
  assert.deepEqual(lines, [String(4 * 10 * 3 * 20_000)]);
});

test('gil of a thread that dies with it goes to the others', async () => {
  const lines = await linesOf(
    `
    import { Event, Thread, gil } from 'heddle/threading';
    gil.setSwitchInterval('2ms');
    for (let round = 0; round < 5; round++) {
      const begun = new Event();
      const target = () => { begun.set(); for (;;) begun.isSet(); };
      const thread = new Thread({ target }).start();
      begun.wait();
      thread.terminate();
      thread.join();
    }
    console.log('terminated');
    const exits = new Thread({ target: () => process.exit() }).start();
    exits.join();
    console.log(new Thread({ target: () => 'runs' }).start().result());
    `,
    ON,
  );
  assert.deepEqual(lines, ['terminated', 'runs']);
});

test('Thread.state is ready while it waits for the GIL', async () => {
  const lines = await linesOf(
    `
    import { Event, Thread, gil } from 'heddle/threading';
    gil.setSwitchInterval('1h');
    const [go, woken] = [new Event(), new Event()];
    const target = () => { go.wait(); woken.set(); };
    const thread = new Thread({ target }).start();
    while (thread.state !== 'waiting') await new Promise((resolve) => setTimeout(resolve, 1));
    go.set();
    // It is woken, but this thread goes on.
    while (thread.state !== 'ready');
    console.log(woken.isSet(), thread.waitingFor);
    thread.join();
    console.log(woken.isSet());
    `,
    ON,
  );
  assert.deepEqual(lines, ['false null', 'true']);
});
