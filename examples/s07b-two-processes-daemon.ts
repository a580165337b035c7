// Section 7, with its commented lines: the first process is joined; the second is a daemon, which
// ends with this one.
import { print, sleep } from 'heddle';
import { Process } from 'heddle/multiprocessing';
import { seconds } from './pace.ts';

function f1(a1: number, n: number): void {
  sleep(seconds(n));
  print(a1);
}

const t1 = new Process({ target: f1, args: [11, 2] });
t1.start();
t1.join();
const t2 = new Process({ target: f1, args: [22, 60] });
t2.daemon = true;
t2.start();
print('end'); // "22" is never printed
