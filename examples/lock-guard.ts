// Three ways to hold a lock: for a function, for a block, and only if it is free soon.
//
// `using` needs Node 24 or newer; lock.with() does the same on any.
import { print } from 'heddle';
import { Value } from 'heddle/shared';
import { Event, Lock, Thread } from 'heddle/threading';
import { seconds } from './pace.ts';

const balance = new Value('f64', 100);
const lock = new Lock({ name: 'balance' });

// What fn returns; the lock is released whatever happens in it.
function deposit(amount: number): number {
  return lock.with(() => (balance.value += amount));
}

// Released when the block ends, by whichever way.
function withdraw(amount: number): string {
  using _ = lock.guard();
  if (balance.value < amount) return `${amount} is more than there is`;
  balance.value -= amount;
  return `${amount} taken`;
}

print('deposits:', new Thread({ target: deposit, args: [50] }).start().result());
print('withdraw:', new Thread({ target: withdraw, args: [120] }).start().result());
print('withdraw:', new Thread({ target: withdraw, args: [120] }).start().result());

const held = new Event();
const done = new Event();
function audit(): void {
  lock.with(() => {
    held.set();
    done.wait();
  });
}
const auditor = new Thread({ target: audit }).start();
held.wait();
print('at once:', lock.acquire({ blocking: false }));
print('within 0.2 s:', lock.acquire({ timeout: seconds(0.2) }));
done.set();
print('in the end:', lock.acquire());
lock.release();
auditor.join();
