// Objects whose class extends one of those that processes share, in whole programs: where processes
// have memory in common, and where they do not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '../support/run.ts';

const JOBS = `
  import { Lock, Queue, Value } from 'heddle/multiprocessing';
  export class Jobs extends Queue<number> {
    label = 'none';
    notes: string[] = [];
    twice() { return this.get() * 2; }
    override put(job: number) {
      this.notes.push('put ' + job);
      super.put(job + 1);
    }
  }
  export class Counter extends Value<'i32'> {
    step = 2;
    increment() {
      this.add(this.step);
      return this.value;
    }
  }
  export class Guarded extends Lock {
    guarded() { return this.with(() => 'guarded'); }
  }`;

const WAYS = [
  ['with memory in common', {}],
  ['by messages', { HEDDLE_NO_FFI: '1' }],
] as const;

for (const [way, env] of WAYS) {
  test(`Queue of a derived class is one in a child, ${way}`, async () => {
    const ran = await runProgram(
      `
      import { print } from 'heddle';
      import { Process, SimpleQueue } from 'heddle/multiprocessing';
      import { Counter, Guarded, Jobs } from './jobs.ts';
      class Own extends Jobs { own() { return this.label + this.twice(); } }
      const [jobs, counter, lock] = [new Jobs(), new Counter('i32'), new Guarded()];
      const own = new Own();
      own.label = 'own ';
      jobs.put(20);
      own.put(20);
      const told = new SimpleQueue<unknown>();
      const target = (given: Jobs, captured = [counter.increment(), lock.guarded()]) => {
        told.put([given.twice(), given instanceof Jobs, ...captured, own.own()]);
        given.put(1);
        told.put(given.notes);
        told.put(given);
        told.put(counter);
        told.put(own);
      };
      const child = new Process({ target, args: [jobs] }).start();
      print(JSON.stringify(told.get({ timeout: 20 })));
      print(JSON.stringify(told.get({ timeout: 20 })));
      print([jobs, counter, own].map((one) => told.get({ timeout: 20 }) === one).join(' '));
      print(jobs.get(), jobs.qsize(), jobs.notes.join(), counter.value);
      child.join();
      print(child.exitcode);`,
      { files: { 'jobs.ts': JOBS }, env },
    );
    assert.deepEqual(ran.stdout.split('\n'), [
      '[42,true,2,"guarded","own 42"]',
      '["put 20","put 1"]',
      'true true true',
      '2 0 put 20 2',
      '0',
      '',
    ]);
  });

  test(`Queue of a derived class is one as an item, a member and home again, ${way}`, async () => {
    const ran = await runProgram(
      `
      import { print } from 'heddle';
      import { Manager, Process, Queue } from 'heddle/multiprocessing';
      import { Jobs } from './jobs.ts';
      const [items, list] = [new Queue<Jobs>(), Manager().list<Jobs>()];
      const giver = () => {
        const jobs = new Jobs();
        jobs.label = 'child';
        items.put(jobs);
        list.push(jobs);
        jobs.put(20);
        print(jobs.qsize(), jobs.notes.join(), list.indexOf(jobs));
      };
      const taker = () => {
        const [one, other] = [items.get(), list.at(0)!];
        print(one === other, one.label, one.twice());
        one.put(4);
        print(one.get(), one.qsize(), one.notes.join());
      };
      for (const target of [giver, taker]) {
        const child = new Process({ target }).start();
        child.join();
        print(child.exitcode);
      }
      print(list.at(0)!.label);`,
      { files: { 'jobs.ts': JOBS }, env },
    );
    assert.deepEqual(ran.stdout.split('\n'), [
      '1 put 20 0',
      '0',
      'true child 42',
      '5 0 put 4',
      '0',
      'child',
      '',
    ]);
  });
}

test('Queue of a derived class that only threads share is refused by its own name', async () => {
  const ran = await runProgram(`
    import { Process } from 'heddle/multiprocessing';
    import { Queue } from 'heddle/queue';
    class Jobs extends Queue<number> {}
    const jobs = new Jobs();
    try {
      new Process({ target: () => jobs.get() }).start();
    } catch (error) {
      console.log(error.message);
    }`);
  assert.match(ran.stdout, /it is a Jobs that only the threads of this process share\n/);
  assert.match(ran.stdout, /\nExtend the Queue of heddle\/multiprocessing instead\n/);
});
