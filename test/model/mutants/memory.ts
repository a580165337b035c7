// Bugs of kernel/memory, and of a list that lives there.
import { lines } from './mutant.ts';
import type { Mutant } from './mutant.ts';

const HEAP = 'src/kernel/memory/heap.ts';
const BLOCK = 'src/shared/list/block.ts';

export const memory: readonly Mutant[] = [
  {
    name: 'a free list pushed to without its lock',
    file: HEAP,
    from: lines('  lockSide(arena, list + FREE_LIST.LOCK);', '  // See popRow().'),
    to: '  // See popRow().',
    model: 'heap',
    scenario: 'Heap: two threads move rows of blocks',
    shows: /A race for/,
    preemptions: 2,
  },
  {
    name: 'a row on the list while it is still the spare one of a magazine',
    file: HEAP,
    from: lines(
      '  if (magazine !== 0) keepAsSpare(arena, magazine);',
      '  poke(cells, row + ROW.NEXT_ROW, peek(cells, list + FREE_LIST.HEAD));',
      '  poke(cells, list + FREE_LIST.HEAD, row);',
    ),
    to: lines(
      '  poke(cells, row + ROW.NEXT_ROW, peek(cells, list + FREE_LIST.HEAD));',
      '  poke(cells, list + FREE_LIST.HEAD, row);',
      '  if (magazine !== 0) keepAsSpare(arena, magazine);',
    ),
    model: 'heap',
    scenario: 'Heap: two threads move rows of blocks, one is killed',
    shows: /free twice|Two threads|in use/,
    preemptions: 2,
  },
  {
    name: 'a magazine whose rows are not told apart after a death',
    file: HEAP,
    from: 'if (peek(cells, magazine + MAGAZINE.HEAD) === peek(cells, magazine + MAGAZINE.SPARE)) {',
    to: 'if (sizeClass < 0) {',
    model: 'heap',
    scenario: 'Heap: two threads move rows of blocks, one is killed',
    shows: /free twice|Two threads|in use/,
    preemptions: 2,
  },
  {
    name: 'a reference to a block that has gone',
    file: HEAP,
    from: 'if (count <= 0) return false;',
    to: '',
    model: 'heap',
    scenario: 'Heap: the last reference goes while others are taken',
    shows: /in use|free twice|that is gone|A race for/,
    preemptions: 2,
  },
  {
    name: 'a list whose end is moved before the item is there',
    file: BLOCK,
    from: lines(
      '  poke(slotsOf(data) + end, slot);',
      '  atomics.store(cells, data + DATA.END, end + 1);',
    ),
    to: lines(
      '  atomics.store(cells, data + DATA.END, end + 1);',
      '  poke(slotsOf(data) + end, slot);',
    ),
    model: 'list',
    scenario: 'SharedList.push() is killed at every step',
    shows: /The list is/,
    preemptions: 0,
  },
  {
    name: 'a list whose new block is shown before it is full',
    file: BLOCK,
    from: lines(
      '  copySlots(slotsOf(next), from, index);',
      '  poke(slotsOf(next) + index, slot);',
      '  copySlots(slotsOf(next) + index + 1, from + index, length - index);',
      '  publish(list, next);',
    ),
    to: lines(
      '  publish(list, next);',
      '  copySlots(slotsOf(next), from, index);',
      '  poke(slotsOf(next) + index, slot);',
      '  copySlots(slotsOf(next) + index + 1, from + index, length - index);',
    ),
    model: 'list',
    scenario: 'SharedList.insert() is killed at every step',
    shows: /The list is|Cannot/,
    preemptions: 0,
  },
];
