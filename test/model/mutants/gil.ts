// Bugs of kernel/gil: two threads at once, or none.
import { lines, sleeps } from './mutant.ts';
import type { Mutant } from './mutant.ts';

const GIL = 'src/kernel/gil/gil.ts';
const CALLBACKS = 'src/kernel/gil/callbacks.ts';
const SLOTS = 'src/kernel/table/slots.ts';

export const gil: readonly Mutant[] = [
  {
    name: 'a GIL that is stored over by one who saw it free',
    file: GIL,
    from: 'if (compareExchange(cells, HEADER.GIL_HOLDER, 0, me) === 0) break;',
    to: 'store(cells, HEADER.GIL_HOLDER, me);\n      break;',
    model: 'gil',
    scenario: 'GIL: three threads',
    shows: /A race for COUNT/,
    preemptions: 3,
  },
  {
    name: 'a GIL given up by one who looked for waiters before',
    file: GIL,
    from: lines(
      '  store(cells, HEADER.GIL_HOLDER, 0);',
      '  if (load(cells, HEADER.GIL_WAITERS) > 0) notify',
    ),
    to: lines(
      '  const waiters = load(cells, HEADER.GIL_WAITERS);',
      '  store(cells, HEADER.GIL_HOLDER, 0);',
      '  if (waiters > 0) notify',
    ),
    model: 'gil',
    scenario: 'GIL: two threads, two calls each',
    shows: sleeps,
    preemptions: 2,
  },
  {
    name: 'a GIL that its holder has again before the one who asked wakes up',
    file: GIL,
    from:
      '  if (load(cells, HEADER.GIL_WAITERS) > 0) ' +
      'wait(cells, HEADER.GIL_SWITCHES, seen, HANDOVER_MS);',
    to: '',
    model: 'gil',
    scenario: 'GIL: who is asked for it hands it over at the next call',
    shows: /went on with it/,
    preemptions: 1,
  },
  {
    name: 'a GIL that a thread keeps while it blocks',
    file: GIL,
    from: 'if (!held) return call();',
    to: 'return call();',
    model: 'gil',
    scenario: 'GIL: a thread that blocks until another one sets an event',
    shows: sleeps,
    preemptions: 0,
  },
  {
    name: 'a GIL that an event loop keeps while it has nothing to do',
    file: CALLBACKS,
    from: 'if (depth === 0 && holdsGil()) dropGil();',
    to: '',
    model: 'gil',
    scenario: 'GIL: an event loop that awaits what a thread does',
    shows: sleeps,
    preemptions: 0,
  },
  {
    name: 'a GIL that a thread which was killed keeps',
    file: SLOTS,
    from: 'if (arena.base === 0) freeGilOf(arena, number);',
    to: '',
    model: 'gil',
    scenario: 'GIL: its holder is killed',
    shows: sleeps,
    preemptions: 1,
  },
];
