// Section 10: the text as printed forgets a comma, and hands in a number in the place of a list of
// arguments. In Python all ten tasks fail, nothing is printed, and nobody hears of it.
//
// Here the compiler refuses such a call; who makes it all the same is told at once.
import { print, sleep } from 'heddle';
import { Pool } from 'heddle/multiprocessing';
import { seconds } from './pace.ts';

function foo(i: number): void {
  sleep(seconds(2));
  print(i);
}

const pool = new Pool(5);
for (let i = 0; i < 10; i++) {
  try {
    // @ts-expect-error -- Python's args=(i) for args=(i,)
    pool.applyAsync(foo, i);
  } catch (error) {
    print('told at once:', (error as Error).message.split('\n')[0]);
  }
  print('666666666666');
}
pool.close();
pool.join();
