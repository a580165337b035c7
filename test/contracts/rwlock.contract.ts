// What every lock of readers and writers promises, whoever the parties are. That its write side is
// a lock like any other, the contract of locks says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LockSide, NamedOptions } from 'heddle/threading';
import { turn, until } from '../support/until.ts';
import type { Party, World } from './world.ts';

/** Everything that a lock of readers and writers can do. */
export interface FullRWLock {
  readonly read: LockSide;
  readonly write: LockSide;
}

/** A kind of such locks, to be run through the contract. */
export interface RWLockKind {
  /** Of its class, as it stands in titles and messages. */
  readonly name: string;
  readonly make: (options?: NamedOptions) => FullRWLock;
  readonly world: World;
}

/** Runs all but what has to do with those who give up or die. */
export function rwlockContract(kind: RWLockKind): void {
  sharing(kind);
  misuse(kind);
  turns(kind);
  asynchronous(kind);
  together(kind);
}

/** Comes when the party waits for such a thing. */
export async function waits(party: Party<unknown>, name: string): Promise<void> {
  await until(() => party.waitingFor()?.startsWith(name) === true, `the wait for the ${name}`);
}

/** A party that has the side and sits there until it is let go. */
export async function holding(
  side: LockSide,
  world: World,
): Promise<{ party: Party<void>; go: () => void }> {
  const gate = world.makeEvent();
  const party = world.start(() => side.with(() => void gate.wait()));
  await waits(party, 'Event');
  return { party, go: () => gate.set() };
}

function sharing({ name, make, world }: RWLockKind): void {
  test(`${name}.read is shared by readers, and keeps writers out`, async () => {
    const lock = make();
    const other = await holding(lock.read, world);
    assert.equal(lock.read.acquire(), true);
    assert.deepEqual([lock.read.locked(), lock.write.locked()], [true, false]);
    const tries = [{ blocking: false }, { timeout: 0 }, { timeout: '20ms' }] as const;
    const write = (): boolean[] => tries.map((options) => lock.write.acquire(options));
    assert.deepEqual(await world.start(write).result(), [false, false, false]);
    other.go();
    await other.party.result();
    assert.deepEqual(await world.start(write).result(), [false, false, false]);
    lock.read.release();
    assert.deepEqual([lock.read.locked(), lock.write.acquire()], [false, true]);
    lock.write.release();
  });

  test(`${name}.write keeps readers and writers out`, async () => {
    const lock = make();
    lock.write.acquire();
    assert.deepEqual([lock.read.locked(), lock.write.locked()], [false, true]);
    const attempt = (): boolean[] => [
      lock.read.acquire({ blocking: false }),
      lock.write.acquire({ blocking: false }),
      lock.read.acquire({ timeout: '20ms' }),
    ];
    assert.deepEqual(await world.start(attempt).result(), [false, false, false]);
    lock.write.release();
    assert.deepEqual([lock.read.locked(), lock.write.locked()], [false, false]);
    assert.equal(await world.start(() => lock.read.acquire()).result(), true);
  });

  test(`${name}.read may be taken again by its thread, and is released as often`, async () => {
    const lock = make();
    for (let depth = 0; depth < 3; depth++) assert.equal(lock.read.acquire(), true);
    const writer = world.start(() => lock.write.acquire());
    await waits(writer, name);
    // Also while a writer waits, which waits for this thread.
    assert.equal(lock.read.acquire(), true);
    assert.equal(
      lock.read.with(() => 7),
      7,
    );
    for (let depth = 0; depth < 4; depth++) {
      assert.equal(lock.read.locked(), true);
      assert.equal(writer.waitingFor()?.startsWith(name), true);
      lock.read.release();
    }
    assert.equal(await writer.result(), true);
  });

  test(`${name}.read and write travel by themselves, and keep their lock`, async () => {
    const { read, write } = make();
    read.acquire();
    const attempt = (one: LockSide, other: LockSide): boolean[] => [
      one.locked(),
      other.locked(),
      other.acquire({ blocking: false }),
    ];
    assert.deepEqual(await world.start(attempt, read, write).result(), [true, false, false]);
    read.release();
  });
}

function misuse({ name, make, world }: RWLockKind): void {
  test(`${name}.read.release() of a side that is not held is a RuntimeError`, async () => {
    const lock = make({ name: 'ledger' });
    const wanted = {
      name: 'RuntimeError',
      message: new RegExp(`^Cannot release ${name} "ledger"`),
    };
    assert.throws(() => lock.read.release(), wanted);
    assert.throws(() => lock.write.release(), wanted);
    lock.read.acquire();
    assert.throws(() => lock.write.release(), wanted);
    const release = (side: LockSide): string => {
      try {
        side.release();
        return 'released';
      } catch (error) {
        return (error as Error).name;
      }
    };
    assert.equal(await world.start(release, lock.read).result(), 'RuntimeError');
    lock.read.release();
    lock.write.acquire();
    assert.throws(() => lock.read.release(), wanted);
    assert.equal(await world.start(release, lock.write).result(), 'RuntimeError');
    assert.equal(lock.write.locked(), true);
    lock.write.release();
  });

  test(`${name}.write.acquire() that would wait for itself is a DeadlockError`, async () => {
    const lock = make({ name: 'ledger' });
    const deadlock = { name: 'DeadlockError', cycle: ['MainThread', `${name} "ledger"`] };
    lock.read.acquire();
    assert.throws(() => lock.write.acquire(), deadlock);
    assert.throws(() => lock.write.with(() => assert.fail('the body ran')), deadlock);
    // With a time-out it is an ordinary wait.
    assert.equal(lock.write.acquire({ timeout: '5ms' }), false);
    assert.equal(await lock.write.acquireAsync({ timeout: '5ms' }), false);
    lock.read.release();
    lock.write.acquire();
    assert.throws(() => lock.write.acquire(), deadlock);
    assert.throws(() => lock.read.guard(), deadlock);
    assert.equal(lock.read.acquire({ timeout: '5ms' }), false);
    assert.equal(await lock.read.acquireAsync({ timeout: '5ms' }), false);
    lock.write.release();
  });
}

function turns({ name, make, world }: RWLockKind): void {
  test(`${name}.read waits behind a writer that waits, and both get their turn`, async () => {
    const lock = make();
    lock.read.acquire();
    const cells = world.makeCells(4);
    const write = world.start(() => lock.write.with(() => (cells[0] = 1)));
    await waits(write, name);
    const read = (): number | undefined => lock.read.with(() => cells[0]);
    const readers = [1, 2, 3].map(() => world.start(read));
    for (const reader of readers) await waits(reader, name);
    assert.equal(
      await world.start(() => lock.read.acquire({ blocking: false })).result(),
      false,
      'a reader overtook the writer',
    );
    const own = lock.read.withAsync(read);
    lock.read.release();
    assert.deepEqual(await Promise.all(readers.map((reader) => reader.result())), [1, 1, 1]);
    assert.deepEqual([await write.result(), await own], [1, 1]);
  });

  test(`${name}.read lets readers in together when a writer leaves`, async () => {
    const lock = make();
    lock.write.acquire();
    const [inside, go] = [world.makeCells(1), world.makeEvent()];
    const meet = (): void =>
      lock.read.with(() => {
        if (Atomics.add(inside, 0, 1) === 3) go.set();
        if (!go.wait(15)) throw new Error('read alone');
      });
    const parties = [1, 2].map(() => world.start(meet));
    for (const party of parties) await waits(party, name);
    const own = [1, 2].map(() =>
      lock.read.withAsync(async () => {
        if (Atomics.add(inside, 0, 1) === 3) go.set();
        assert.equal(await go.waitAsync({ timeout: 15 }), true);
      }),
    );
    lock.write.release();
    await Promise.all([...own, ...parties.map((party) => party.result())]);
    assert.equal(lock.read.locked(), false);
  });

  test(`${name}.write is not starved by readers that come without a pause`, async () => {
    const lock = make();
    const cells = world.makeCells(4);
    const read = (own: number): void => {
      while (Atomics.load(cells, 0) === 0) {
        lock.read.acquire();
        for (let count = 200; count > 0; count--);
        lock.read.release();
        Atomics.add(cells, own, 1);
      }
    };
    const readers = [1, 2, 3].map((own) => world.start(read, own));
    await until(() => cells.subarray(1).every((reads) => reads > 0), 'a read of each');
    const write = (): void => {
      for (let round = 0; round < 50; round++) lock.write.with(() => {});
    };
    await world.start(write).result();
    for (let round = 0; round < 5; round++) await lock.write.withAsync(() => {}, { timeout: 10 });
    Atomics.store(cells, 0, 1);
    for (const reader of readers) await reader.result();
  });

  test(`${name}.read is not starved by writers that come without a pause`, async () => {
    const lock = make();
    const stop = world.makeCells(1);
    const write = (): void => {
      while (Atomics.load(stop, 0) === 0) lock.write.with(() => {});
    };
    const writers = [1, 2].map(() => world.start(write));
    const read = (): void => {
      for (let round = 0; round < 50; round++) lock.read.with(() => {});
    };
    await world.start(read).result();
    for (let round = 0; round < 5; round++) await lock.read.withAsync(() => {}, { timeout: 10 });
    Atomics.store(stop, 0, 1);
    await Promise.all(writers.map((writer) => writer.result()));
  });
}

function asynchronous({ name, make, world }: RWLockKind): void {
  test(`${name}.read.withAsync() of two flows of a thread are two holders`, async () => {
    const lock = make();
    const [first, second] = [world.makeEvent(), world.makeEvent()];
    const flows = [first, second].map((gate) => lock.read.withAsync(() => gate.waitAsync()));
    await turn();
    const writer = world.start(() => lock.write.acquire());
    await waits(writer, name);
    first.set();
    await flows[0];
    assert.equal(lock.read.locked(), true);
    second.set();
    await flows[1];
    assert.equal(await writer.result(), true);
  });

  test(`${name}.read.withAsync() waits behind a writer, but not within a read`, async () => {
    const lock = make();
    const order: string[] = [];
    const gate = world.makeEvent();
    const outer = lock.read.withAsync(async () => {
      await gate.waitAsync();
      await lock.read.withAsync(() => order.push('inner'));
      lock.read.with(() => order.push('blocking'));
    });
    await turn();
    const writer = lock.write.withAsync(() => order.push('writer'));
    const sibling = lock.read.withAsync(() => order.push('sibling'));
    await turn();
    gate.set();
    await Promise.all([outer, writer, sibling]);
    // An event loop that is woken to write competes with the next in line.
    assert.deepEqual(order.slice(0, 2), ['inner', 'blocking']);
    assert.deepEqual(order.slice(2).toSorted(), ['sibling', 'writer']);
  });

  test(`${name}.write.withAsync() of two flows of a thread exclude each other`, async () => {
    const lock = make();
    let inside = 0;
    const flow = (): Promise<void> =>
      lock.write.withAsync(async () => {
        assert.equal((inside += 1), 1);
        await turn();
        inside -= 1;
      });
    await Promise.all([1, 2, 3, 4].map(flow));
    assert.equal(lock.write.locked(), false);
  });

  test(`${name}.read.guardAsync() and acquireAsync() hold until they are released`, async () => {
    const lock = make();
    const guard = await lock.read.guardAsync();
    assert.equal(await lock.read.acquireAsync(), true);
    await assert.rejects(lock.write.guardAsync({ timeout: '5ms' }), { name: 'TimeoutError' });
    guard[Symbol.dispose]();
    guard[Symbol.dispose]();
    assert.equal(lock.read.locked(), true);
    lock.read.release();
    const write = await lock.write.guardAsync();
    await assert.rejects(lock.read.guardAsync({ timeout: 0 }), { name: 'TimeoutError' });
    write[Symbol.dispose]();
    assert.equal(lock.write.locked(), false);
  });
}

function together({ name, make, world }: RWLockKind): void {
  test(`${name} lets in writers one at a time, and readers never beside one`, async () => {
    const lock = make();
    // Two cells that only differ while somebody writes.
    const cells = world.makeCells(3);
    const rounds = 150;
    const work = async (own: number): Promise<number> => {
      const write = (): void => {
        cells[0] = (cells[0] ?? 0) + 1;
        for (let count = 30; count > 0; count--);
        cells[1] = (cells[1] ?? 0) + 1;
      };
      const read = (): void => {
        if (cells[0] !== cells[1]) Atomics.add(cells, 2, 1);
      };
      let writes = 0;
      for (let round = 0; round < rounds; round++) {
        const way = (round * 7 + own * 3) % 8;
        if (way === 0) lock.write.with(write);
        else if (way === 1) await lock.write.withAsync(write);
        else if (way < 5) lock.read.with(read);
        else if (way < 7) await lock.read.withAsync(read);
        else if (lock.write.acquire({ timeout: '1ms' })) {
          write();
          lock.write.release();
        } else continue;
        if (way < 2 || way === 7) writes += 1;
      }
      return writes;
    };
    const parties = [1, 2, 3, 4].map((own) => world.start(work, own));
    const writes = await Promise.all([work(0), ...parties.map((party) => party.result())]);
    const sum = writes.reduce((total, one) => total + one, 0);
    assert.deepEqual([...cells], [sum, sum, 0]);
    assert.deepEqual([lock.read.locked(), lock.write.locked()], [false, false]);
  });
}
