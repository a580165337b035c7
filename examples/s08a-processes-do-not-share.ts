// Section 8: each process appends to a list of its own, so each prints a list of one.
import { print } from 'heddle';
import { Process } from 'heddle/multiprocessing';

const list: number[] = [];

function foo(i: number): void {
  list.push(i);
  print('say hi', list);
}

for (let i = 0; i < 10; i++) {
  const p = new Process({ target: foo, args: [i] });
  p.start();
}
