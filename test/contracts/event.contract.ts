// What every event promises, whoever the parties are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { turn, until } from '../support/until.ts';
import { badTimes } from './world.ts';
import type { FullEvent, Party, World } from './world.ts';

/** A kind of event, to be run through the contract. */
export interface EventKind {
  /** Of its class, as it stands in titles and messages. */
  readonly name: string;
  readonly make: (options?: { name?: string }) => FullEvent;
  readonly world: World;
}

/** Runs the whole contract. */
export function eventContract(kind: EventKind): void {
  flag(kind);
  waiting(kind);
  together(kind);
}

function flag({ name, make, world }: EventKind): void {
  test(`${name} is not set at first; set() and clear() do twice what they do once`, async () => {
    const event = make();
    assert.equal(event.isSet(), false);
    for (const isSet of [true, true, false, false, true]) {
      if (isSet) event.set();
      else event.clear();
      assert.equal(event.isSet(), isSet);
      assert.equal(await world.start(() => event.isSet()).result(), isSet);
    }
  });

  test(`${name}.wait() returns at once when the event is set, also without time`, async () => {
    const event = make();
    event.set();
    assert.deepEqual([event.wait(), event.wait(0), event.wait('1s')], [true, true, true]);
    assert.equal(await event.waitAsync({ timeout: 0 }), true);
    assert.equal(event.isSet(), true);
  });

  test(`${name}.wait() is false when the time is up, and never before`, async () => {
    const event = make();
    assert.equal(event.wait(0), false);
    assert.equal(await event.waitAsync({ timeout: 0 }), false);
    const before = performance.now();
    assert.equal(event.wait('20ms'), false);
    const between = performance.now();
    assert.equal(await event.waitAsync({ timeout: '20ms' }), false);
    const waits = [between - before, performance.now() - between];
    assert.ok(Math.min(...waits) >= 20, waits.join());
  });

  test(`${name}.wait() refuses a time that means nothing`, async () => {
    const event = make();
    for (const timeout of badTimes(world)) {
      assert.throws(() => event.wait(timeout), RangeError);
      await assert.rejects(event.waitAsync({ timeout }), RangeError);
    }
    for (const options of [null, 7, { signal: null }, { signal: {} }] as never[]) {
      await assert.rejects(event.waitAsync(options), TypeError);
    }
    for (const timeout of [NaN, 'soon', null]) {
      assert.throws(() => event.wait(timeout as never), TypeError);
      await assert.rejects(event.waitAsync({ timeout: timeout as never }), TypeError);
    }
  });
}

function waiting({ name, make, world }: EventKind): void {
  test(`${name}.set() wakes all who wait, blocked or not, in every party`, async () => {
    const event = make({ name: 'gate' });
    const blocked = (): boolean => event.wait();
    const async = (): Promise<boolean> => event.waitAsync();
    const parties: Party<boolean>[] = [];
    for (let count = 0; count < 3; count++) parties.push(world.start(blocked));
    for (let count = 0; count < 2; count++) parties.push(world.start(async));
    const own = [event.waitAsync(), event.waitAsync({ timeout: 15 })];
    for (const party of parties.slice(0, 3)) {
      await until(() => party.waitingFor() === `${name} "gate"`, 'the wait for the event');
    }
    event.set();
    const all = await Promise.all([...own, ...parties.map((party) => party.result())]);
    assert.deepEqual(all, [true, true, true, true, true, true, true]);
  });

  test(`${name}.wait() is true when clear() follows set() at once`, async () => {
    const event = make();
    const parties = [1, 2, 3].map(() => world.start(() => event.wait()));
    for (const party of parties) {
      await until(() => party.waitingFor() !== null, 'the wait for the event');
    }
    const own = event.waitAsync();
    event.set();
    event.clear();
    const all = await Promise.all([own, ...parties.map((party) => party.result())]);
    assert.deepEqual([all, event.isSet()], [[true, true, true, true], false]);
  });

  test(`${name}.wait() waits again after clear()`, async () => {
    const event = make();
    event.set();
    event.clear();
    const party = world.start(() => event.wait(15));
    await until(() => party.waitingFor() !== null, 'the wait for the event');
    const own = event.waitAsync();
    event.set();
    assert.deepEqual([await own, await party.result()], [true, true]);
  });

  test(`${name}.waitAsync() rejects with the reason of its signal`, async () => {
    const event = make();
    const controller = new AbortController();
    const wait = event.waitAsync({ signal: controller.signal });
    await turn();
    controller.abort('enough');
    await assert.rejects(wait, (reason) => reason === 'enough');
    const late = event.waitAsync({ signal: controller.signal });
    await assert.rejects(late, (reason) => reason === 'enough');
    event.set();
    const ready = event.waitAsync({ signal: controller.signal });
    await assert.rejects(ready, (reason) => reason === 'enough');
  });

  test(`${name}.set() wakes the others when one that waits was killed`, async () => {
    const event = make();
    const doomed = world.start(() => event.wait());
    await until(() => doomed.waitingFor() !== null, 'the wait for the event');
    const other = world.start(() => event.wait());
    await until(() => other.waitingFor() !== null, 'the wait for the event');
    await doomed.kill();
    event.set();
    assert.equal(await other.result(), true);
  });
}

function together({ name, make, world }: EventKind): void {
  test(`${name} passes a ball between two parties a thousand times`, async () => {
    const [ping, pong] = [make(), make()];
    const rounds = 1000;
    const play = (own: FullEvent, other: FullEvent): number => {
      for (let round = 0; round < rounds; round++) {
        if (!own.wait(15)) return round;
        own.clear();
        other.set();
      }
      return rounds;
    };
    const players = [world.start(play, ping, pong), world.start(play, pong, ping)];
    ping.set();
    const played = await Promise.all(players.map((player) => player.result()));
    assert.deepEqual(played, [rounds, rounds]);
  });

  test(`${name} lets waiters of both colours meet its time-out and its set()`, async () => {
    // Time-outs as long as it takes to set: whoever says false was never woken for nothing.
    const [event, go] = [make(), world.makeEvent()];
    const work = async (own: number): Promise<number> => {
      let set = 0;
      go.wait();
      for (let round = 0; round < 60; round++) {
        const timeout = ((round + own) % 3) / 1000;
        const blocks = (round + own) % 2 === 0;
        if (blocks ? event.wait(timeout) : await event.waitAsync({ timeout })) set += 1;
      }
      return set;
    };
    const parties = [1, 2, 3].map((own) => world.start(work, own));
    // Not before all are up: the last may take longer to boot than the first takes for its rounds.
    go.set();
    const race = { isRunning: true };
    const all = Promise.all(parties.map((party) => party.result())).finally(() => {
      race.isRunning = false;
    });
    while (race.isRunning) {
      event.set();
      await turn();
      event.clear();
      await turn();
    }
    for (const set of await all) assert.ok(set > 0);
  });
}
