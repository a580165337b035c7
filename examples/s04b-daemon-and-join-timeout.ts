// Section 4: join(n) waits at most n seconds, and nobody waits for a daemon.
import { print, sleep } from 'heddle';
import { Thread } from 'heddle/threading';
import { now, seconds } from './pace.ts';

const t0 = now();

function say(text: string): void {
  print((now() - t0).toFixed(1), text);
}

function f(n: number, name: string): void {
  sleep(seconds(n));
  say(`${name} finished`);
}

const a = new Thread({ target: f, args: [1, 'A'] });
a.start();
a.join(seconds(0.3)); // the main thread waits at most 0.3 s
say(`join(0.3) returned, A alive: ${a.isAlive()}`);
a.join();
say(`join() returned, A alive: ${a.isAlive()}`);

const b = new Thread({ target: f, args: [10, 'B'] });
b.setDaemon(true); // or daemon: true, above
b.start();
say('main ends without waiting for daemon B'); // "B finished" is never printed
