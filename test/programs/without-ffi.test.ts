// Whole programs whose processes have no memory in common, as where koffi does not load.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram, startProgram } from '../support/run.ts';
import type { Ran } from '../support/run.ts';

const env = { HEDDLE_NO_FFI: '1' };
const limitMs = 60_000;

async function lines(program: string): Promise<[lines: string[], ran: Ran]> {
  const ran = await runProgram(program, { env, limitMs });
  assert.equal(ran.code, 0, ran.stderr + ran.stdout);
  return [ran.stdout.trimEnd().split('\n'), ran];
}

test('Processes without koffi count under a lock, and say once what is slower', async () => {
  const [printed, ran] = await lines(`
    import { print } from 'heddle';
    import { Array, Lock, Process, SharedMemory, Value } from 'heddle/multiprocessing';
    const lock = new Lock();
    const count = new Value('i32');
    const target = () => {
      for (let i = 0; i < 20; i++) lock.with(() => { const n = count.value; count.value = n + 1; });
    };
    const children = [1, 2].map(() => new Process({ target }).start());
    for (const child of children) child.join();
    print(count.value, ...children.map((child) => child.exitcode));
    for (const make of [
      () => Array('i32', 4),
      () => new SharedMemory({ create: true, size: 16 }).buf,
    ]) {
      try { make(); } catch (error) { print(error.code); }
    }`);
  const code = 'ERR_HEDDLE_NO_SHARED_MEMORY';
  assert.deepEqual(printed, ['40 0 0', code, code]);
  assert.equal(ran.stderr.match(/HeddleWarning/g)?.length, 1);
  assert.match(ran.stderr, /by messages .* as HEDDLE_NO_FFI is set/);
});

test('Processes without koffi hand items, functions and locks through queues', async () => {
  const [printed] = await lines(`
    import { print } from 'heddle';
    import { Lock, Process, Queue } from 'heddle/multiprocessing';
    import * as threading from 'heddle/threading';
    const [there, back] = [new Queue<any>(2), new Queue<any>()];
    const target = (): void => {
      for (const { double, n, lock } of there) {
        const mine = new Lock({ name: 'mine' });
        back.put({ result: double(n), lock, isHeld: lock.locked(), mine });
      }
      try { back.put(new threading.Lock()); } catch (error) { back.put(String(error)); }
    };
    const child = new Process({ target }).start();
    const lock = new Lock();
    lock.acquire();
    there.put({ double: (n: number) => n * 2, n: 21, lock });
    const { result, lock: same, isHeld, mine } = back.get();
    print(result, same === lock, isHeld, mine instanceof Lock, mine);
    mine.acquire();
    there.shutdown();
    print(back.get());
    child.join();
    mine.release();
    print(child.exitcode);`);
  assert.match(printed[0] ?? '', /^42 true true true Lock \{ "mine", unlocked \}$/);
  assert.match(printed[1] ?? '', /^TransferError: Cannot send item .* only the threads of this/);
  assert.equal(printed.at(-1), '0');
});

test('Processes without koffi leave a lock abandoned when they are killed', async () => {
  const [printed] = await lines(`
    import { print } from 'heddle';
    import { Event, Lock, Process, Queue } from 'heddle/multiprocessing';
    const lock = new Lock();
    const ready = new Event();
    const hold = () => { lock.acquire(); ready.set(); new Event().wait(); };
    const holder = new Process({ target: hold }).start();
    ready.wait();
    const told = new Queue<string>();
    const waiter = new Process({ target: () => {
      try { lock.acquire(); } catch (error) {
        const { name, owner } = error as { name: string; owner: string };
        told.put(name + owner);
      }
    } }).start();
    holder.kill();
    print(told.get() === 'AbandonedLockError' + holder.name);
    waiter.join();
    holder.join();
    print(lock.locked());`);
  assert.deepEqual(printed, ['true', 'true']);
});

test('Processes without koffi call each other by their names, also when these change', async () => {
  const [printed] = await lines(`
    import { print } from 'heddle';
    import { Event, Lock, Process, currentProcess } from 'heddle/multiprocessing';
    const [lock, mine] = [new Lock({ name: 'ledger' }), new Lock({ name: 'mine' })];
    const [held, go, renamed] = [new Event(), new Event(), new Event()];
    mine.acquire();
    const hold = () => {
      lock.acquire();
      print(mine);
      held.set();
      go.wait();
      currentProcess().name = 'Schreiber ✎';
      renamed.set();
      new Event().wait();
    };
    const child = new Process({ target: hold, name: 'Prüfer ✓' }).start();
    held.wait();
    print(lock, child.name);
    go.set();
    renamed.wait();
    print(lock);
    child.kill();
    child.join();
    try { lock.acquire(); } catch (error) { print(error.owner); }`);
  assert.deepEqual(printed, [
    'Lock { "mine", locked by MainProcess }',
    'Lock { "ledger", locked by Prüfer ✓ } Prüfer ✓',
    'Lock { "ledger", locked by Schreiber ✎ }',
    'Schreiber ✎',
  ]);
});

test('Processes without koffi hear that the thread ended that serves them', async () => {
  const [printed] = await lines(`
    import { print } from 'heddle';
    import { enumerate } from 'heddle/threading';
    import { Event, Process } from 'heddle/multiprocessing';
    const [never, ready] = [new Event(), new Event()];
    const target = async () => {
      const late = never.waitAsync().catch((error) => print('async', error.code));
      try {
        ready.set(); // its answer may be lost already
        never.wait();
      } catch (error) {
        print('sync', (error as { code: string }).code);
      }
      await late;
    };
    const child = new Process({ target }).start();
    ready.wait();
    enumerate().find(({ name }) => name === child.name)?.terminate();
    child.join();
    print(child.exitcode);`);
  const code = 'ERR_HEDDLE_HOST_ENDED';
  assert.deepEqual(printed.toSorted(), ['0', `async ${code}`, `sync ${code}`]);
});

test('Processes without koffi hear at once that the first one was killed', async () => {
  const program = startProgram(
    `
    import { print } from 'heddle';
    import { Event, Lock, Process } from 'heddle/multiprocessing';
    const never = new Event();
    const target = async () => {
      const late = never.waitAsync().catch((error) => print('async', error.code));
      const ready = new Lock();
      print('waits', process.pid);
      try { never.wait(); } catch (error) { print('sync', error.code); }
      await late;
      try { new Lock(); } catch (error) { print('later', error.code); }
    };
    new Process({ target }).start().join();`,
    { env, limitMs },
  );
  await program.line('waits');
  program.kill();
  const { stdout } = await program.end;
  const told = stdout.trimEnd().split('\n').slice(1).toSorted();
  const code = 'ERR_HEDDLE_HOST_ENDED';
  assert.deepEqual(told, [`async ${code}`, `later ${code}`, `sync ${code}`]);
});

test('Manager() without koffi makes containers that nest, for grandchildren, too', async () => {
  const [printed] = await lines(`
    import { print } from 'heddle';
    import { Manager, Process } from 'heddle/multiprocessing';
    const manager = Manager();
    const dict = manager.dict<string, any>({ list: manager.list([1]), n: 1 });
    const names = manager.Namespace<any>({ dict });
    const target = () => {
      const inner = Manager().dict({ deep: Manager().list<number>() });
      dict.set('inner', inner);
      dict.get('list').push(2);
      dict.update('n', (n: number) => n + 1);
      const before = dict.transaction((all) => {
        all.set('t', all === dict);
        return all.size;
      });
      const grandchild = () => {
        dict.get('inner').get('deep').extend([3, 4]);
        names.mine = [names.dict === dict, 'dict' in names, Object.keys(names)];
      };
      const child = new Process({ target: grandchild }).start();
      child.join();
      inner.get('deep').sort((a, b) => b - a);
      dict.set('last', [before, child.exitcode, ...inner.get('deep'), [...dict.keys()].length]);
    };
    const child = new Process({ target }).start();
    child.join();
    print(child.exitcode, dict.get('list').toArray(), dict.get('n'), dict.get('t'));
    print(JSON.stringify([dict.get('last'), names.mine]));`);
  assert.deepEqual(printed, ['0 [ 1, 2 ] 2 true', '[[4,0,4,3,4],[true,true,["dict"]]]']);
});

test('Manager() without koffi makes containers that a child can show', async () => {
  const [printed] = await lines(`
    import { Manager, Process } from 'heddle/multiprocessing';
    const manager = Manager();
    const target = (...all) => console.log(...all);
    const args = [manager.dict({ a: 1 }), manager.list([[2]]), manager.Namespace({ x: 3 })];
    new Process({ target, args }).start().join();`);
  assert.deepEqual(printed, ["Map(1) { 'a' => 1 } [ [ 2 ] ] { x: 3 }"]);
});

test('Processes without koffi await, abort and time out while their loops turn', async () => {
  const [printed] = await lines(`
    import { print } from 'heddle';
    import { Condition, Event, Lock, Process, Queue, RLock } from 'heddle/multiprocessing';
    const [lock, rlock, go, told] = [new Lock(), new RLock(), new Event(), new Queue<unknown>()];
    const changed = new Condition();
    lock.acquire();
    const target = async () => {
      let turns = 0;
      const timer = setInterval(() => turns++, 1);
      const reason = new Error('enough');
      const controller = new AbortController();
      const { signal } = controller;
      const aborted = lock.acquireAsync({ signal }).catch((error) => error === reason);
      const late = await lock.acquireAsync({ timeout: '20ms' });
      controller.abort(reason);
      const nested = await rlock.withAsync(() => rlock.withAsync(async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return rlock.withAsync(() => rlock.locked());
      }));
      told.put([await aborted, late, nested, rlock.locked()]);
      await go.waitAsync();
      const [closure] = [() => 'kept'];
      const kept = await lock.withAsync(() => closure);
      clearInterval(timer);
      told.put([kept === closure, turns > 0]);
      changed.with(() => changed.waitFor(() => lock.locked(), '10ms'));
      try { lock.with(() => { throw reason; }); } catch (error) { told.put(error === reason); }
    };
    const child = new Process({ target }).start();
    print(told.get());
    go.set();
    lock.release();
    print(told.get(), told.get());
    child.join();
    print(child.exitcode);`);
  assert.deepEqual(printed, ['[ true, false, true, false ]', '[ true, true ] true', '0']);
});

test('Pipe() without koffi connects processes, whichever made it, and tells the end', async () => {
  const [printed] = await lines(`
    import { print } from 'heddle';
    import { Pipe, Process, wait } from 'heddle/multiprocessing';
    const [ours, theirs] = Pipe();
    const target = (end: typeof theirs): void => {
      const [near, far] = Pipe();
      end.send([(end.recv() as number) * 2, far]);
      far.close();
      far.close();
      try { far.recv(); } catch (error) { end.send([String(error), far.closed, far.readable]); }
      near.sendBytes(new Uint8Array([1, 2]));
      near.close();
      end.send(near.closed);
    };
    const child = new Process({ target, args: [theirs] }).start();
    theirs.close();
    ours.send(21);
    const [n, far] = ours.recv() as [number, typeof ours];
    print(n, JSON.stringify(ours.recv()));
    print(ours.recv(), far.recvBytes());
    try { far.recv(); } catch (error) { print((error as Error).name); }
    child.join();
    print(wait([ours, child]).length);
    try { ours.recv(); } catch (error) { print((error as Error).name); }`);
  const closed = 'RuntimeError: Cannot receive from a pipe as this end was closed here';
  assert.deepEqual(printed, [
    `42 ["${closed}",true,true]`,
    'true Uint8Array(2) [ 1, 2 ]',
    'EOFError',
    '2',
    'EOFError',
  ]);
});

test('Queue.put() without koffi fails alone when there is no room for the item', async () => {
  const ran = await runProgram(
    `
    import { print } from 'heddle';
    import { Process, Queue } from 'heddle/multiprocessing';
    const queue = new Queue<unknown>();
    const target = (): void => {
      queue.put(1);
      try {
        queue.put('x'.repeat(200e6));
      } catch (error) {
        print((error as { code: string }).code);
      }
      queue.put(2);
      print(queue.get(), queue.get());
    };
    new Process({ target }).start().join();`,
    { env: { ...env, HEDDLE_ARENA_MB: '100' }, limitMs },
  );
  assert.equal(ran.stdout, 'ERR_HEDDLE_OUT_OF_MEMORY\n1 2\n', ran.stderr);
});

test('Threads without koffi have no broker, and nothing to be warned of', async () => {
  const [printed, ran] = await lines(`
    import { print } from 'heddle';
    import { Lock, Thread, enumerate } from 'heddle/threading';
    const lock = new Lock();
    new Thread({ target: () => lock.with(() => {}) }).start().join();
    print(enumerate().length);`);
  assert.deepEqual([printed, ran.stderr], [['1'], '']);
});

test('Processes without koffi share nothing, and are not warned, unless they ask to', async () => {
  const [, ran] = await lines(`
    import { Process } from 'heddle/multiprocessing';
    new Process({ target: () => {} }).start().join();`);
  assert.equal(ran.stderr, '');
});

test('Pool without koffi serves a child that makes it, and stays in its process', async () => {
  const [printed] = await lines(`
    import { print } from 'heddle';
    import { ProcessPoolExecutor } from 'heddle/futures';
    import { Pool, Process, Queue } from 'heddle/multiprocessing';
    const results = new Queue<unknown>();
    const inChild = () => {
      const pool = new Pool(1);
      results.put(pool.map((n: number) => n * n, [1, 2, 3]));
      try { pool.apply(() => process.exit(3)); } catch (error) { results.put(error.message); }
      pool.close();
      pool.join();
    };
    const child = new Process({ target: inChild }).start();
    print(results.get(), results.get(), child.join(), child.exitcode);
    const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    print(executor.submit((n: number) => { results.put(n); return n + 1; }, 2).result());
    print(results.get());
    const send = () => new Process({ target: (one: unknown) => print(one), args: [executor] });
    try { send().start(); } catch (error) { print(error.message); }
    executor.shutdown();`);
  assert.match(printed[0] ?? '', /^\[ 1, 4, 9 \] .*in it with exit code 3 true 0$/);
  assert.deepEqual(printed.slice(1, 3), ['3', '2']);
  assert.match(
    printed.slice(3).join('\n'),
    /a ProcessPoolExecutor, which cannot leave its process\n/,
  );
});

test('Pool without koffi fails the task that its child cannot read, or answer', async () => {
  const [printed] = await lines(`
    import { print, registerTransfer } from 'heddle';
    import { Pool } from 'heddle/multiprocessing';
    const home = process.pid;
    class Settled {}
    registerTransfer(Settled, {
      reduce: () => home,
      revive: (pid) => {
        if (process.pid !== pid) throw new RangeError('only at home');
        return new Settled();
      },
    });
    const pool = new Pool(1);
    const outcome = (act: () => unknown) => {
      try { return act(); } catch (error) { return error.name; }
    };
    const pid = pool.apply(() => process.pid);
    print(outcome(() => pool.apply((one) => typeof one, [new Settled()])));
    print(outcome(() => pool.apply(() => ({ get it() { throw new RangeError('none'); } }))));
    print(pool.apply(() => process.pid) === pid);
    pool.close();
    pool.join();`);
  assert.deepEqual(printed, ['RangeError', 'RangeError', 'true']);
});
