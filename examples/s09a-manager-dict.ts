// Section 9: a dict of a manager is one dict in all processes, so what the children put into it is
// there in the end.
import { print } from 'heddle';
import { Manager, Process } from 'heddle/multiprocessing';
import type { SharedDict } from 'heddle/shared';

function foo(i: number, dic: SharedDict<number, number>): void {
  dic.set(i, 100 + i);
  for (const [k, v] of dic.items()) print(k, v);
}

const manage = Manager();
const dic = manage.dict<number, number>();
for (let i = 0; i < 2; i++) {
  const p = new Process({ target: foo, args: [i, dic] });
  p.start();
  p.join();
}
print(dic);
