// Section 6: ten threads wait on an Event until the user types "true".
import { input, print } from 'heddle';
import { Event, Thread } from 'heddle/threading';

function work(event: Event): void {
  print('start');
  event.wait();
  print('execute');
}

const event = new Event();
for (let i = 0; i < 10; i++) {
  const t = new Thread({ target: work, args: [event] });
  t.start();
}

event.clear();
const answer = input('input: ');
if (answer === 'true') event.set();
