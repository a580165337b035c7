import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { BoundedSemaphore, Semaphore, Thread } from 'heddle/threading';
import { semaphoreContract } from '../contracts/semaphore.contract.ts';
import { threads } from '../contracts/world.ts';

semaphoreContract({ name: 'Semaphore', make: (...args) => new Semaphore(...args), world: threads });
semaphoreContract({
  name: 'BoundedSemaphore',
  make: (...args) => new BoundedSemaphore(...args),
  world: threads,
});

test('Semaphore.release() may give more permits than there were at first', () => {
  const semaphore = new Semaphore();
  semaphore.release(4);
  assert.equal(semaphore.value, 5);
  const most = new Semaphore(2 ** 30 - 2);
  assert.throws(() => most.release(2), { name: 'RangeError', message: /2\^30|1073741823/ });
  most.release();
  assert.equal(most.value, 2 ** 30 - 1);
});

test('BoundedSemaphore.release() above the initial value is a RangeError, and gives none', () => {
  const semaphore = new BoundedSemaphore(2, { name: 'seats' });
  const wanted = {
    name: 'RangeError',
    message:
      'Cannot release 1 of BoundedSemaphore "seats" as 2 permits are free already, ' +
      'and 2 is the most',
  };
  assert.throws(() => semaphore.release(), wanted);
  semaphore.acquire();
  assert.throws(() => semaphore.release(2), RangeError);
  assert.equal(semaphore.value, 1);
  semaphore.release();
  assert.equal(semaphore.value, 2);
});

test('BoundedSemaphore is one in every thread, with its bound', async () => {
  const semaphore = new BoundedSemaphore(1);
  const target = (): [boolean, string] => {
    try {
      semaphore.release();
      return [semaphore instanceof BoundedSemaphore, 'released'];
    } catch (error) {
      return [semaphore instanceof BoundedSemaphore, (error as Error).name];
    }
  };
  const told = await new Thread({ target }).start().resultAsync();
  assert.deepEqual(told, [true, 'RangeError']);
});

test('Semaphore shows its value, and BoundedSemaphore the most that there can be', () => {
  const seats = new BoundedSemaphore(3, { name: 'seats' });
  seats.acquire();
  assert.equal(inspect(new Semaphore(2)), 'Semaphore { value=2 }');
  assert.equal(inspect(seats), 'BoundedSemaphore { "seats", value=2/3 }');
});
