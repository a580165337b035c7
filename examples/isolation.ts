// Section 2: a process has memory of its own and falls alone; the threads of one share its memory,
// and its fall.
import { print } from 'heddle';
import { Process } from 'heddle/multiprocessing';
import { Value } from 'heddle/shared';
import { Thread, setExceptHook } from 'heddle/threading';

// What a wild pointer in native code comes to.
function crash(): void {
  process.kill(process.pid, 'SIGSEGV');
  for (;;); // until it arrives
}

const plain = { count: 0 };
const child = new Process({ target: () => void (plain.count += 1) }).start();
child.join();
print('a process counted in memory of its own, here it is still', plain.count);

const count = new Value('i32', 0);
const counter = new Thread({ target: () => count.add(1) }).start();
counter.join();
print('a thread counted in the memory that threads share, here it is', count.value);

const falling = new Process({ target: crash }).start();
falling.join();
print('a process crashed, exit code', falling.exitcode);

setExceptHook(({ error }) => print('an error ended a thread:', String(error)));
const failing = new Thread({
  target: () => {
    throw new RangeError('Too far');
  },
}).start();
await failing.joinAsync(); // not join(): the hook runs here

const host = new Process({
  target: () => {
    new Thread({ target: crash }).start().join();
    print('this is never printed');
  },
}).start();
host.join();
print('a thread crashed and took its whole process along, exit code', host.exitcode);
print('this process never noticed');
