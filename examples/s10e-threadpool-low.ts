// Section 10, the low version of a thread pool: ten tickets in a bounded queue. Every task still
// makes a fresh thread; a ticket is the Thread class itself.
import { print, sleep } from 'heddle';
import { Queue } from 'heddle/queue';
import { Thread } from 'heddle/threading';
import { seconds } from './pace.ts';

class ThreadPool {
  readonly queue: Queue<typeof Thread>;

  constructor(maxNum = 20) {
    this.queue = new Queue(maxNum);
    for (let i = 0; i < maxNum; i++) this.queue.put(Thread);
  }

  getThread(): typeof Thread {
    return this.queue.get();
  }

  addThread(): void {
    this.queue.put(Thread);
  }
}

function func(pool: ThreadPool, a1: number): void {
  sleep(seconds(1));
  print(a1);
  pool.addThread();
}

const pool = new ThreadPool(10);
for (let i = 0; i < 100; i++) {
  const PoolThread = pool.getThread();
  const t = new PoolThread({ target: func, args: [pool, i] });
  t.start();
}
