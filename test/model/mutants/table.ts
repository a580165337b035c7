// Bugs of kernel/table: what is done for a thread that died.
import { lines, sleeps } from './mutant.ts';
import type { Mutant } from './mutant.ts';

const WORD = 'src/kernel/waiting/lock-word.ts';
const SLOTS = 'src/kernel/table/slots.ts';

export const table: readonly Mutant[] = [
  {
    name: 'a reaper that looks only for what the dead thread held',
    file: SLOTS,
    from: lines(
      'if ((load(cells, prim + PRIM.QUEUE_LOCK) & TID_MASK) === tid) return true;',
      '  const owner = load(cells, prim + PRIM.WORD) & TID_MASK;',
    ),
    to: lines(
      'const owner = load(cells, prim + PRIM.WORD) & TID_MASK;',
      '  if (peek(cells, prim + PRIM.TYPE) === PRIM_TYPE.LOCK) return owner === tid;',
    ),
    also: {
      file: WORD,
      from: lines(
        '  lookAfterQueue(arena, prim);',
        '  const owner = load(arena.cells, prim + PRIM.WORD) & TID_MASK;',
        '  if (owner === 0) forfeitLock(arena, prim);',
        '  else if',
      ),
      to: lines('  const owner = load(arena.cells, prim + PRIM.WORD) & TID_MASK;', '  if'),
    },
    model: 'lock',
    scenario: 'Lock: a thread beside an event loop is killed',
    shows: sleeps,
    preemptions: 1,
  },
  {
    name: 'a notification that dies with who was notified',
    file: SLOTS,
    from: 'if (peek(arena.cells, node + NODE.TID) === dead) passNotification(arena, node);',
    to: '',
    model: 'condition',
    scenario: 'Condition: who was notified is killed, and another one waits',
    shows: sleeps,
    preemptions: 1,
  },
];
