// Bugs of RLock (threading/locks): how often it is held, and by whom.
import type { Mutant } from './mutant.ts';

const RLOCK = 'src/threading/locks/rlock.ts';
const FLOW = 'src/threading/locks/flow.ts';

export const rlock: readonly Mutant[] = [
  {
    name: 'an RLock that is free after the first of two releases',
    file: RLOCK,
    from: 'if (count > 0) return;',
    to: '',
    model: 'rlock',
    scenario: 'RLock: two threads hold it twice',
    shows: /A race for|Cannot release/,
    preemptions: 1,
  },
  {
    name: 'an RLock that was waited for, and counts no holder',
    file: RLOCK,
    from: 'if (outcome >= TAKEN) this.#begin(0);',
    to: '',
    model: 'rlock',
    scenario: 'RLock: two threads hold it twice',
    shows: /cannot take it again|Cannot release/,
    preemptions: 1,
  },
  {
    name: 'an RLock that stays as deep as it was when its holder died',
    file: RLOCK,
    from: 'if (outcome >= TAKEN) this.#begin(0);',
    to: 'if (outcome === TAKEN) this.#begin(0);',
    model: 'rlock',
    scenario: 'RLock: its holder is killed, two deep',
    shows: /cannot take it again|Cannot release|cannot be taken/,
    preemptions: 1,
  },
  {
    name: 'an RLock that any thread may release',
    file: RLOCK,
    from: 'if (!isOwner(this.#prim)) {',
    to: 'if (!this.locked()) {',
    model: 'rlock',
    scenario: 'RLock: one that does not hold it releases it',
    shows: /has released it|A race for/,
    preemptions: 1,
  },
  {
    name: 'an RLock whose flows are all one to it',
    file: FLOW,
    from: 'return flow === 0 || isInFlow(prim, flow);',
    to: 'return true;',
    model: 'rlock',
    scenario: 'RLock: two flows of a thread, and another thread',
    shows: /Two flows of one thread/,
    preemptions: 1,
  },
];
