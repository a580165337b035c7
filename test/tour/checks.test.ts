// The tour's checks, fed with what a broken program would print: each must be found out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as checks from '../../tour/checks.ts';
import { SECTIONS } from '../../tour/sections/index.ts';
import type { Entry, Ran } from '../../tour/transcript.ts';

type Line = readonly [text: string, atSeconds: number, kind?: Entry['kind']];

function ran(lines: readonly Line[], more: Partial<Ran> = {}): Ran {
  const entries = lines.map(([text, at, kind = 'out']) => ({ kind, text, atMs: at * 1000 }));
  return { entries, scale: 1, code: 0, signal: null, endMs: 99_000, stopped: null, ...more };
}

/** The claims about a program that are not seen in such a run. */
function unseen(file: string, run: Ran): string[] {
  const programs = SECTIONS.flatMap((section) => section.programs);
  const program = programs.find((one) => one.file === `examples/${file}`);
  assert.ok(program, file);
  const { expectations } = program;
  return expectations.flatMap(({ claim, check }) => (check(run).seen ? [] : [claim]));
}

const repeat = (times: number, text: string, at: number, kind?: Entry['kind']): Line[] =>
  Array.from({ length: times }, () => (kind === undefined ? [text, at] : [text, at, kind]));

test('checks: three threads that print 666 together are seen', () => {
  const file = 's04-threads-666.ts';
  assert.deepEqual(unseen(file, ran(repeat(3, '666', 5.1))), []);
  // The same at a fifth of the time.
  assert.deepEqual(unseen(file, ran(repeat(3, '666', 1.1), { scale: 0.2 })), []);
});

test('checks: threads that sleep one after another are found out', () => {
  const lines: Line[] = [5.1, 10.2, 15.3].map((at) => ['666', at]);
  assert.deepEqual(unseen('s04-threads-666.ts', ran(lines)), [
    'all three together, not one after another',
  ]);
});

test('checks: threads that do not sleep, or are too few, are found out', () => {
  const file = 's04-threads-666.ts';
  assert.deepEqual(unseen(file, ran(repeat(3, '666', 4.9))), ['after five seconds']);
  assert.deepEqual(unseen(file, ran(repeat(2, '666', 5.1))), ['three threads print 666']);
  assert.deepEqual(unseen(file, ran([])), [
    'three threads print 666',
    'after five seconds',
    'all three together, not one after another',
  ]);
});

test('checks: a program that ends badly, or not at all, is found out', () => {
  const lines = repeat(3, '666', 5.1);
  const claim = ['the program waits for them without a join'];
  const file = 's04-threads-666.ts';
  assert.deepEqual(unseen(file, ran(lines, { code: 1 })), claim);
  assert.deepEqual(unseen(file, ran(lines, { code: null, signal: 'SIGSEGV' })), claim);
  assert.deepEqual(unseen(file, ran(lines, { code: null, stopped: 'too long' })), claim);
});

test('checks: a join without effect, and a daemon that is waited for, are found out', () => {
  const file = 's04b-daemon-and-join-timeout.ts';
  const texts = [
    '0.3 join(0.3) returned, A alive: true',
    '1.0 A finished',
    '1.0 join() returned, A alive: false',
    '1.0 main ends without waiting for daemon B',
  ];
  const [early = '', finished = '', late = '', end = ''] = texts;
  const at = (...order: readonly string[]): Ran => ran(order.map((text, i) => [text, i]));
  const order = 'join(0.3) returns while A is alive, join() when A has finished';
  assert.deepEqual(unseen(file, at(...texts)), []);
  assert.deepEqual(unseen(file, at(finished, early, late, end)), [order]);
  assert.deepEqual(unseen(file, at(early.replace('true', 'false'), finished, late, end)), [order]);
  assert.deepEqual(unseen(file, at(early, finished, end)), [order]);
  assert.deepEqual(unseen(file, at(...texts, '11.0 B finished')), [
    'the daemon B is stopped before it can finish',
  ]);
});

test('checks: numbers that come in turn are seen', () => {
  const lines: Line[] = Array.from({ length: 10 }, (_, i) => [String(i + 1), i + 1.2]);
  assert.deepEqual(unseen('s05-rlock-counter.ts', ran(lines)), []);
});

test('checks: a lock that excludes nobody is found out', () => {
  const file = 's05-rlock-counter.ts';
  const turns = 'one after another, a second for each';
  const numbers = 'ten threads count to ten, and miss no number';
  assert.deepEqual(unseen(file, ran(repeat(10, '10', 1.1))), [numbers, turns]);
  const twice: Line[] = Array.from({ length: 10 }, (_, i) => [String(i + 1), 1.1 + i / 2]);
  assert.deepEqual(unseen(file, ran(twice)), [turns]);
});

test('checks: lines that are kept back until the end are found out', () => {
  const lines: Line[] = Array.from({ length: 10 }, (_, i) => [String(i + 1), 10.2]);
  assert.deepEqual(unseen('s05-rlock-counter.ts', ran(lines)), [
    'one after another, a second for each',
  ]);
});

test('checks: turns that are too short are found out, though a slow start hides the first', () => {
  const lines: Line[] = Array.from({ length: 10 }, (_, i) => [String(i + 1), 1.5 + i / 10]);
  assert.deepEqual(unseen('s05-rlock-counter.ts', ran(lines, { scale: 0.2 })), [
    'one after another, a second for each',
  ]);
});

test('checks: a number that is missing or out of order is found out', () => {
  const texts = ['1', '2', '3', '4', '5', '6', '7', '8', '10', '9'];
  const lines: Line[] = texts.map((text, i) => [text, i + 1.2]);
  const numbers = 'ten threads count to ten, and miss no number';
  assert.deepEqual(unseen('s05-rlock-counter.ts', ran(lines)), [numbers]);
  assert.deepEqual(unseen('s05-rlock-counter.ts', ran(lines.slice(0, 8))), [numbers]);
});

test('checks: a gate that opens when it should is seen', () => {
  const start = repeat(10, 'start', 0.1);
  const typed: Line = ['true', 1, 'typed'];
  // What has the same time counts by its place.
  const lines = [...start, typed, ...repeat(10, 'execute', 1)];
  assert.deepEqual(unseen('s06-event-gate.ts', ran(lines)), []);
});

test('checks: a gate that is open, or lets too few through, is found out', () => {
  const start = repeat(10, 'start', 0.1);
  const typed: Line = ['true', 1, 'typed'];
  const file = 's06-event-gate.ts';
  const early = [...start, ...repeat(1, 'execute', 0.9), typed, ...repeat(9, 'execute', 1.1)];
  const [none, all] = ['none executes before the event is set', 'then all ten do'];
  assert.deepEqual(unseen(file, ran(early)), [none, all]);
  assert.deepEqual(unseen(file, ran([...start, typed, ...repeat(9, 'execute', 1.1)])), [all]);
  assert.deepEqual(unseen(file, ran(start)), ['ten threads start', none, all]);
});

const growing = (last: number): string =>
  `say hi [ ${Array.from({ length: last + 1 }, (_, i) => i).join(', ')} ]`;

test('checks: one list that grows is seen, in whatever order and form its lines come', () => {
  const file = 's08b-threads-share.ts';
  const lines: Line[] = Array.from({ length: 10 }, (_, i) => [growing(i), 0.1]);
  assert.deepEqual(unseen(file, ran(lines)), []);
  assert.deepEqual(unseen(file, ran(lines.toReversed())), []);
  const broken = ['say hi [', '  4, 0, 1, 2, 3,', '  5, 6, 7, 8, 9', ']'];
  const parts: Line[] = [
    ...repeat(9, 'say hi [ 4, 0 ]', 0.1),
    ...broken.map((one): Line => [one, 1]),
  ];
  assert.deepEqual(unseen(file, ran(parts)), []);
});

test('checks: lists that are copies, or lose what others append, are found out', () => {
  const file = 's08b-threads-share.ts';
  const claim = ['ten threads print one list, as it grows to hold 0 to 9'];
  const copies: Line[] = Array.from({ length: 10 }, (_, i) => [`say hi [ ${i} ]`, 0.1]);
  assert.deepEqual(unseen(file, ran(copies)), claim);
  const nine: Line[] = Array.from({ length: 10 }, (_, i) => [growing(Math.min(i, 8)), 0.1]);
  assert.deepEqual(unseen(file, ran(nine)), claim);
  assert.deepEqual(unseen(file, ran([[growing(9), 0.1]])), claim);
  assert.deepEqual(unseen(file, ran([])), claim);
});

test('checks: a verdict tells what was found', () => {
  const run = ran([['666', 5.1]]);
  assert.equal(checks.printsTimes('666', 3)(run).found, 'printed once');
  assert.equal(checks.neverPrints('66')(run).found, 'it was printed after 5.10 s');
  assert.equal(checks.endsWell()(run).found, 'it ended with exit code 0 after 99.00 s');
});

test('checks: processes that wait in turn, or print too early, are found out', () => {
  const file = 's07-two-processes.ts';
  const at = (...lines: readonly Line[]): string[] => unseen(file, ran(lines));
  assert.deepEqual(at(['end', 0.1], ['11', 2.1], ['11', 2.2]), []);
  assert.deepEqual(at(['11', 2.1], ['11', 2.2], ['end', 2.3]), [
    'the main process prints "end" first',
  ]);
  // As without the guard, in Python.
  assert.deepEqual(at(['end', 0.1], ['end', 0.2], ['11', 2.1], ['11', 2.2]), [
    'once: nobody else runs its lines',
  ]);
  assert.deepEqual(at(['end', 0.1], ['11', 1.9], ['11', 2.2]), ['after two seconds']);
  assert.deepEqual(at(['end', 0.1], ['11', 2.1]), ['both processes print 11']);
});

test('checks: a process that is not joined, and a daemon that goes on, are found out', () => {
  const file = 's07b-two-processes-daemon.ts';
  const joins = 'join() waits for the first';
  assert.deepEqual(
    unseen(
      file,
      ran([
        ['11', 2.1],
        ['end', 2.2],
      ]),
    ),
    [],
  );
  const early: Line[] = [
    ['end', 0.1],
    ['11', 2.1],
  ];
  assert.deepEqual(unseen(file, ran(early)), [joins, 'after two seconds']);
  const late: Line[] = [
    ['11', 2.1],
    ['end', 2.2],
    ['22', 62],
  ];
  assert.deepEqual(unseen(file, ran(late)), [joins, 'the daemon is stopped before it can print']);
});

test('checks: a list that processes share, or that one lacks, is found out', () => {
  const file = 's08a-processes-do-not-share.ts';
  const claim = ['ten processes print a list of one each'];
  const own: Line[] = Array.from({ length: 10 }, (_, i) => [`say hi [ ${9 - i} ]`, 0.1]);
  assert.deepEqual(unseen(file, ran(own)), []);
  assert.deepEqual(unseen(file, ran(own.slice(1))), claim);
  assert.deepEqual(unseen(file, ran([...own.slice(1), ['say hi [ 9, 0 ]', 0.2]])), claim);
});

test('checks: a state that is not seen of both is found out', () => {
  const lines = ['initial: a', 'running: a', 'ready: a', 'waiting: a', 'terminated: a'];
  const all = ['a thread', ...lines, 'a process', ...lines].map((text): Line => [text, 1]);
  assert.deepEqual(unseen('states.ts', ran(all)), []);
  assert.deepEqual(unseen('states.ts', ran(all.toSpliced(-2, 1))), ['so is a process']);
  assert.deepEqual(unseen('states.ts', ran(all.slice(0, 6))), ['so is a process']);
});

test('checks: a pool that runs too many at a time, or loses a task, is found out', () => {
  const file = 's10e-threadpool-low.ts';
  const lines = Array.from({ length: 100 }, (_, i): Line => [`${i}`, Math.floor(i / 10) + 1.1]);
  assert.deepEqual(unseen(file, ran(lines)), []);
  const hasty = lines.map(([text, at]): Line => [text, at / 1.2]);
  assert.deepEqual(unseen(file, ran(hasty)), ['never more than ten at a time']);
  assert.deepEqual(unseen(file, ran(lines.slice(0, 99))), ['a hundred tasks are done, each once']);
  assert.deepEqual(unseen(file, ran([...lines, ['7', 12]])), [
    'a hundred tasks are done, each once',
  ]);
});

test('checks: a crash that is survived, or goes too far, is found out', () => {
  const file = 'isolation.ts';
  const texts = [
    'a process counted in memory of its own, here it is still 0',
    'a thread counted in the memory that threads share, here it is 1',
    'a process crashed, exit code -11',
    'an error ended a thread: RangeError: Too far',
    'a thread crashed and took its whole process along, exit code -11',
  ];
  const at = (...all: readonly string[]): Ran => ran(all.map((text) => [text, 1]));
  assert.deepEqual(unseen(file, at(...texts)), []);
  const survived = at(...texts.slice(0, 4), 'this is never printed');
  assert.deepEqual(unseen(file, survived), [
    'a thread that crashes takes its process along',
    'all of it',
  ]);
  const gone = { ...at(...texts.slice(0, 2)), code: null, signal: 'SIGSEGV' };
  assert.equal(unseen(file, gone).length, 4);
});

test('checks: a GIL that loses additions, or is never on, is found out', () => {
  const run = (lost: number, ...lines: readonly Line[]): Ran =>
    ran([
      ['the GIL is off', 1],
      ['  70000 of 400000 additions lost', 1],
      ['  2 searches in 1.00 s, one in 1.00 s: 1.8 at a time', 1],
      ...lines,
      [`  ${lost} of 400000 additions lost`, 2],
      ['  2 searches in 1.00 s, one in 1.00 s: 1.0 at a time', 2],
    ]);
  assert.deepEqual(unseen('gil.ts', run(0, ['the GIL is on', 2])), []);
  assert.deepEqual(unseen('gil.ts', run(7, ['the GIL is on', 2])), [
    'with it, no addition is lost',
  ]);
  assert.deepEqual(unseen('gil.ts', run(0)), [
    'first without the GIL, then with it',
    'it is told how many searches ran at a time, without it and with it',
  ]);
});
