// Section 5: ten threads take one RLock in turn; each adds 1, sleeps a second, prints, lets go.
import { print, sleep } from 'heddle';
import { Value } from 'heddle/shared';
import { RLock, Thread } from 'heddle/threading';
import { seconds } from './pace.ts';

const counter = new Value('i32', 0); // a plain `let` would be copied into each thread
const lock = new RLock();

function func(): void {
  lock.acquire();
  counter.value += 1;
  sleep(seconds(1));
  print(counter.value);
  lock.release();
}

for (let i = 0; i < 10; i++) {
  const t = new Thread({ target: func });
  t.start();
}
