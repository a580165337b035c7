import { Event, Lock, Process, SharedMemory } from 'heddle/multiprocessing';
import { AbandonedLockError } from 'heddle/threading';

const lock = new Lock({ name: 'door' });
const held = new Event();
const memory = new SharedMemory({ create: true, size: 8 });

const holder = new Process({
  target: () => {
    lock.acquire();
    held.set();
    new Event().wait();
  },
}).start();
held.wait();
while (holder.state !== 'waiting');
console.log(holder.state);

holder.kill();
try {
  lock.acquire();
} catch (error) {
  if (!(error instanceof AbandonedLockError)) throw error;
  console.log('abandoned');
}
const writer = new Process({ target: () => void (memory.buf[0] = 4) }).start();
writer.join();
console.log('shared', memory.buf[0]);
holder.join();
console.log(holder.state);
