// An error ends its thread and no other, goes to the except hook, and waits in result().
import { print } from 'heddle';
import { Thread, setExceptHook } from 'heddle/threading';

function parse(text: string): unknown {
  return JSON.parse(text);
}

setExceptHook(({ error, thread }) => print(`hook: ${thread.name} ended by a`, nameOf(error)));

const good = new Thread({ target: parse, args: ['{"shuttle": 1}'], name: 'good' }).start();
const bad = new Thread({ target: parse, args: ['{"shuttle": '], name: 'bad' }).start();
good.join();
bad.join(); // waits for the end, whatever it is: the hook has been called when it returns

print('good:', good.result());
try {
  bad.result();
} catch (error) {
  print('bad:', nameOf(error), error instanceof SyntaxError);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
