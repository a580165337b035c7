// Section 4: three threads sleep five seconds side by side, then each prints 666.
import { print, sleep } from 'heddle';
import { Thread } from 'heddle/threading';
import { seconds } from './pace.ts';

function f1(_a1: number, _a2: number): void {
  sleep(seconds(5));
  print('666');
}

const t1 = new Thread({ target: f1, args: [123, 111] });
t1.start();
const t2 = new Thread({ target: f1, args: [123, 111] });
t2.start();
const t3 = new Thread({ target: f1, args: [123, 111] });
t3.start();
// No join: the program ends when the last of its threads does.
