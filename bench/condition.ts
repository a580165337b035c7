// Two threads that take turns: by a Condition, and by the wait and notify that it is made of.
import { Condition, Thread } from 'heddle/threading';
import { atMost, race, report } from './measure.ts';

const condition = new Condition();
// Whose turn it is by the condition; by wait and notify; 1 at the end.
const cells = new Int32Array(new SharedArrayBuffer(12));

const partner = new Thread({
  target: () => {
    condition.with(() => {
      for (;;) {
        condition.waitFor(() => cells[0] === 1 || cells[2] === 1);
        if (cells[2] === 1) return;
        cells[0] = 0;
        condition.notify();
      }
    });
  },
}).start();
const raw = new Thread({
  target: () => {
    for (;;) {
      Atomics.wait(cells, 1, 0);
      if (Atomics.load(cells, 2) === 1) return;
      Atomics.store(cells, 1, 0);
      Atomics.notify(cells, 1);
    }
  },
}).start();

const times = await race(
  {
    'wait and notify, there and back': (n) => {
      for (let i = 0; i < n; i++) {
        Atomics.store(cells, 1, 1);
        Atomics.notify(cells, 1);
        Atomics.wait(cells, 1, 1);
      }
    },
    'Condition, there and back': (n) => {
      condition.with(() => {
        for (let i = 0; i < n; i++) {
          cells[0] = 1;
          condition.notify();
          condition.waitFor(() => cells[0] === 0);
        }
      });
    },
  },
  { times: 300, rounds: 40 },
);
Atomics.store(cells, 2, 1);
Atomics.store(cells, 1, 1);
Atomics.notify(cells, 1);
condition.with(() => condition.notifyAll());
partner.join();
raw.join();
report('Two threads that take turns', [
  atMost(times, 'Condition, there and back', 'wait and notify, there and back', 1.5),
]);
