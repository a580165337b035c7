// Section 10: a pool of five processes. Thirty tasks are handed in at once; five at a time sleep
// two seconds, then print their numbers. No guard is needed: the processes do not run this file.
import { print, sleep } from 'heddle';
import { Pool } from 'heddle/multiprocessing';
import { seconds } from './pace.ts';

function foo(i: number): void {
  sleep(seconds(2));
  print(i);
}

const pool = new Pool(5);
for (let i = 0; i < 30; i++) {
  pool.applyAsync(foo, [i]);
  print('666666666666');
}
pool.close();
pool.join();
