// Section 8: the threads share one list, so it grows.
import { print } from 'heddle';
import { SharedList } from 'heddle/shared';
import { Thread } from 'heddle/threading';

const list = new SharedList<number>();

function foo(i: number): void {
  list.append(i);
  print('say hi', list);
}

for (let i = 0; i < 10; i++) {
  const t = new Thread({ target: foo, args: [i] });
  t.start();
}
