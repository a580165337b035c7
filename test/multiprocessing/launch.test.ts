// What a thread that is stopped while it starts a process leaves behind.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessagePort } from 'node:worker_threads';
import { Process } from 'heddle/multiprocessing';
import { Thread } from 'heddle/threading';
import { SLOT, arena, atomics, mayStop } from '../../src/kernel/index.ts';

interface Order {
  readonly type: string;
}

test('launch() asks for the child in one piece, in which its thread is not stopped', () => {
  const start = (): unknown[] => {
    const child = new Process({ target: () => {} });
    const seen: unknown[] = [];
    const post = Reflect.get(MessagePort.prototype, 'postMessage') as (order: Order) => void;
    MessagePort.prototype.postMessage = function note(order: Order): void {
      if (order.type === 'employ') seen.push(child.state, mayStop(arena.slot));
      // As nobody is going to stop it after all.
      atomics.store(arena.cells, arena.slotOf(arena.slot) + SLOT.DOOMED, 0);
      post.call(this, order);
    };
    const ended = child.start().join(30);
    return [...seen, mayStop(arena.slot), ended];
  };
  const thread = new Thread({ target: start, isolate: true }).start();
  assert.deepEqual(thread.result(30), ['ready', false, true, true]);
});

test('launch() tells one who starts the process once more as it is being encoded', () => {
  let starts = 0;
  const argument = {
    get member(): number {
      starts += 1;
      if (starts === 1) child.start();
      return 1;
    },
  };
  const child = new Process({ target: (given: object) => void given, args: [argument] });
  assert.throws(() => child.start(), { code: 'ERR_HEDDLE_RUNTIME', message: /was started before/ });
  assert.equal(child.join(30), true);
  assert.equal(child.exitcode, 0);
});
