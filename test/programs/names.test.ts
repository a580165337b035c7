// What is published is bundled, and a bundler gives new names where two rooms have the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as root from 'heddle';
import * as futures from 'heddle/futures';
import * as multiprocessing from 'heddle/multiprocessing';
import * as progress from 'heddle/progress';
import * as queue from 'heddle/queue';
import * as shared from 'heddle/shared';
import * as threading from 'heddle/threading';

// As in Python, where both are a Queue.
const ALIASES = new Map([['JoinableQueue', 'Queue']]);

test('Lock, Queue and all other classes are called by their own names', () => {
  for (const entry of [root, futures, multiprocessing, progress, queue, shared, threading]) {
    for (const [name, value] of Object.entries<unknown>(entry)) {
      if (isClass(value)) assert.equal(value.name, ALIASES.get(name) ?? name);
    }
  }
});

function isClass(value: unknown): value is Function {
  return typeof value === 'function' && String(value).startsWith('class');
}
