// A thread can be asked to stop, and is stopped dead if it does not: in a loop without end, too.
import { print, sleep } from 'heddle';
import { Event, Thread, currentThread } from 'heddle/threading';
import { seconds } from './pace.ts';

const begun = new Event();

function polite(): string {
  const { signal } = currentThread();
  begun.set();
  while (!signal.aborted) sleep(seconds(0.01));
  return 'cleaned up, and stopped';
}

function deaf(): never {
  begun.set();
  for (;;);
}

const one = new Thread({ target: polite }).start();
begun.wait();
one.terminate(seconds(30)); // it has so long to stop by itself
print('polite:', one.result());

begun.clear();
const other = new Thread({ target: deaf }).start();
begun.wait();
other.terminate(); // at once
print('deaf ended:', other.join(), other.state);
try {
  other.result();
} catch (error) {
  print((error as Error).message);
}
