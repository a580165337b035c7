// Section 10: apply() waits for its result, so one task runs at a time although the pool has five
// processes.
import { print, sleep } from 'heddle';
import { Pool } from 'heddle/multiprocessing';
import { seconds } from './pace.ts';

function foo(i: number): void {
  sleep(seconds(2));
  print(i);
}

const pool = new Pool(5);
for (let i = 0; i < 4; i++) {
  pool.apply(foo, [i]);
  print('666666666666');
}
pool.close();
pool.join();
