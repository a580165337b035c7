// Bugs of kernel/deadlock: alarms that are false, and ones that do not come.
import { sleeps } from './mutant.ts';
import type { Mutant } from './mutant.ts';

const SEARCH = 'src/kernel/deadlock/search.ts';
const BLOCKING = 'src/kernel/waiting/blocking.ts';

export const deadlock: readonly Mutant[] = [
  {
    name: 'a deadlock of which all are told who are in it',
    file: SEARCH,
    from: 'if (youngest === arena.tid) return { edges, cycle: true };',
    to: 'return { edges, cycle: true };',
    model: 'deadlock',
    scenario: 'Deadlock: two threads, two locks in opposite order',
    shows: /2 were told of a deadlock|A false alarm/,
    preemptions: 3,
  },
  {
    name: 'a search that looks only before the first sleep',
    file: BLOCKING,
    from: 'if (watched !== null) breakDeadlock(arena, node, watched, late);',
    to: '',
    model: 'deadlock',
    scenario: 'Deadlock: two threads, two locks in opposite order',
    shows: sleeps,
    preemptions: 2,
  },
  {
    name: 'an alarm for one who waits with a time-out',
    file: BLOCKING,
    from: 'if (deadlineMs === Infinity) store(cells, slot + SLOT.BLOCK,',
    to: 'store(cells, slot + SLOT.BLOCK,',
    model: 'deadlock',
    scenario: 'Deadlock: none where one of the waits has a time-out',
    shows: /were told of a deadlock/,
    preemptions: 1,
  },
  {
    name: 'an alarm for a lock that another thread may release',
    file: SEARCH,
    from: 'return isPrivate(arena, edge.prim) ? { edges: [edge], cycle: true } : lookAtAll(arena);',
    to: 'return { edges: [edge], cycle: true };',
    model: 'deadlock',
    scenario: 'Deadlock: none where another thread may release the lock',
    shows: /were told of a deadlock/,
    preemptions: 0,
  },
  {
    name: 'an alarm for a bystander before those in the cycle have found it',
    file: SEARCH,
    from: 'if (edges === null || haveCycle(arena, edges)) return null;',
    to: 'if (edges === null) return null;',
    model: 'deadlock',
    scenario: 'Deadlock: two threads in opposite order, and one that only takes a lock',
    shows: /A false alarm/,
    preemptions: 2,
  },
  {
    name: 'a search that looks once, while threads run',
    file: SEARCH,
    from: 'const again = look(arena, by, late);',
    to: 'const again = deadlock;',
    model: 'deadlock',
    scenario: 'Deadlock: none where a thread gives a lock up before it asks for another',
    shows: /A false alarm|were told/,
    preemptions: 3,
  },
];
