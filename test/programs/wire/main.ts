// Runs every case in a thread of its own, prints the ones that fail, and how many passed.
import { isDeepStrictEqual, inspect } from 'node:util';
import { Thread } from 'heddle/threading';
import { cases } from './cases.ts';
import type { Case } from './lib.ts';

function outcome({ target, args = [] }: Case): unknown {
  return new Thread({ target, args: args as [] }).start().result(30);
}

function failure(one: Case): string | null {
  try {
    const value = outcome(one);
    if (one.error !== undefined) return `gave ${inspect(value)}, not an error`;
    return isDeepStrictEqual(value, one.want) ? null : `gave ${inspect(value)}`;
  } catch (error) {
    const { code } = error as { code?: unknown };
    return code === `ERR_HEDDLE_${one.error}` ? null : String((error as Error).stack);
  }
}

let passed = 0;
for (const one of cases) {
  const wrong = failure(one);
  if (wrong === null) passed++;
  else console.log(`FAILED ${one.name}: ${wrong}`);
}
console.log(`${passed} of ${cases.length} passed`);
