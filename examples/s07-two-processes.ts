// Section 7: two processes sleep two seconds side by side, then each prints 11; this one prints
// "end" at once, and waits for them at its end. No guard is needed: they do not run this file.
import { print, sleep } from 'heddle';
import { Process } from 'heddle/multiprocessing';
import { seconds } from './pace.ts';

function f1(a1: number): void {
  sleep(seconds(2));
  print(a1);
}

const t1 = new Process({ target: f1, args: [11] });
// t1.daemon = true;
t1.start();
// t1.join();
const t2 = new Process({ target: f1, args: [11] });
// t2.daemon = true;
t2.start();
print('end');
