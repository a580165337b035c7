// Section 10: get() waits for one result; a callback is called with each, in the process that made
// the pool.
import { print, sleep } from 'heddle';
import { Pool } from 'heddle/multiprocessing';
import { seconds } from './pace.ts';

const PARENT = process.pid;

function foo(i: number): number {
  sleep(seconds(2));
  return i + 100;
}

function bar(arg: number): void {
  print('callback', arg, 'in parent:', process.pid === PARENT);
}

const pool = new Pool(5);
print('get ->', pool.applyAsync(foo, [1]).get());
for (let i = 0; i < 10; i++) pool.applyAsync(foo, [i], { callback: bar });
print('end');
pool.close();
pool.join();
