// Section 9: an ordinary object is copied into each process, and nothing comes back.
import { print } from 'heddle';
import { Process } from 'heddle/multiprocessing';

function foo(i: number, dic: Record<number, number>): void {
  dic[i] = 100 + i;
  for (const [k, v] of Object.entries(dic)) print(k, v);
}

const dic: Record<number, number> = {};
for (let i = 0; i < 2; i++) {
  const p = new Process({ target: foo, args: [i, dic] });
  p.start();
  p.join();
}
print(dic);
