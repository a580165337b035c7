// The five states of a thread, each seen from outside: initial, ready, running, waiting,
// terminated.
//
// A thread is ready when it could run and no processor has taken it. With as many busy threads as
// this program starts, some always are.
import { cpuCount, print, sleep } from 'heddle';
import { Event, Lock, Thread, dump } from 'heddle/threading';
import type { State } from 'heddle/threading';

const stop = new Event({ name: 'stop' });
const lock = new Lock({ name: 'door' });

function work(): void {
  while (!stop.isSet());
}
function knock(): void {
  lock.with(() => {});
}

// Looks until one of the threads is seen in the state.
function see(state: State, threads: readonly Thread[]): void {
  while (!threads.some((thread) => thread.state === state)) sleep('1ms');
  print(`${state}: seen`);
}

const workers = Array.from({ length: cpuCount() + 1 }, () => new Thread({ target: work }));
print(`${workers[0]?.state}: not started yet`);
for (const thread of workers) thread.start();
see('running', workers);
see('ready', workers);

lock.acquire();
const visitor = new Thread({ target: knock, name: 'visitor' }).start();
see('waiting', [visitor]);
print(`it waits for ${visitor.waitingFor}`);
const lines = dump().split('\n');
print(lines.find((line) => line.startsWith('Thread "visitor"'))?.replace(/\(.*?\)/, '(…)'));

lock.release();
stop.set();
visitor.join();
for (const thread of workers) thread.join();
print(`${visitor.state}: its target is through`);
