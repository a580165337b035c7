// Section 1: the five states of a thread, and of a process, each seen from outside: initial, ready,
// running, waiting, terminated.
//
// A thread is ready when it could run and no processor has taken it. With as many busy threads as
// this program starts, some always are; and so is, now and then, a process beside them.
import { cpuCount, print, sleep } from 'heddle';
import { Process } from 'heddle/multiprocessing';
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

function count(): void {
  for (let n = 0; ; n++);
}

// Looks until one of them is seen in the state.
function see(state: State, those: readonly (Thread | Process)[]): void {
  while (!those.some((one) => one.state === state)) sleep('1ms');
  print(`${state}: seen`);
}

// They take a while to begin.
const busy = new Process({ target: count });
const idle = new Process({ target: sleep, args: ['1h'] });
const before = busy.state;
busy.start();
idle.start();

print('a thread');

const workers = Array.from({ length: cpuCount() + 1 }, () => new Thread({ target: work }));
print(`${workers[0]?.state}: not started yet`);
for (const thread of workers) thread.start();
see('running', workers);
see('ready', workers);

lock.acquire();
const visitor = new Thread({ target: knock, name: 'visitor' }).start();
see('waiting', [visitor]);
while (visitor.waitingFor === null) sleep('1ms'); // it was not in acquire() yet
print(`it waits for ${visitor.waitingFor}`);
const lines = dump().split('\n');
print(lines.find((line) => line.startsWith('Thread "visitor"'))?.replace(/\(.*?\)/, '(…)'));

lock.release();
visitor.join();
print(`${visitor.state}: its target is through`);

print('a process');
print(`${before}: not started yet`);
see('running', [busy]);
see('ready', [busy]);
see('waiting', [idle]);
for (const child of [busy, idle]) child.kill();
for (const child of [busy, idle]) child.join();
print(`${busy.state}: it was killed, exit code ${busy.exitcode}`);

stop.set();
for (const thread of workers) thread.join();
