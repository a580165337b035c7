// The way from a value to something inside it, as one would write it in the source.
//
// Asked only when something cannot travel, so that writing need not keep track of where it is.
import { inspect, types } from 'node:util';

const MOST_VISITED = 200_000;

interface Step {
  readonly value: object;
  readonly parent: Step | null;
  /** How the parent refers to it: ".name", "[2]", ".get('key')". */
  readonly text: string;
}

/** The path from `root` to `target`: '' for the root itself, or where none is found. */
export function pathTo(root: unknown, target: unknown): string {
  if (!isObject(root) || root === target) return '';
  const seen = new Set<object>([root]);
  const steps: Step[] = [{ value: root, parent: null, text: '' }];
  // Breadth first: the shortest path is the one that a reader looks for.
  for (const step of steps) {
    for (const [text, value] of membersOf(step.value)) {
      if (value === target) return spell({ value: root, parent: step, text });
      if (!isObject(value) || seen.has(value)) continue;
      if (seen.size >= MOST_VISITED) return '';
      seen.add(value);
      steps.push({ value, parent: step, text });
    }
  }
  return '';
}

function spell(last: Step): string {
  let text = '';
  for (let step: Step | null = last; step !== null; step = step.parent) text = step.text + text;
  return text;
}

function* membersOf(value: object): Generator<[text: string, value: unknown]> {
  if (ArrayBuffer.isView(value)) {
    yield ['.buffer', value.buffer];
    return;
  }
  if (types.isMap(value)) {
    for (const [key, item] of value) {
      yield [`.get(${inspect(key, { depth: 0 })})`, item];
      yield [' key', key];
    }
  } else if (types.isSet(value)) {
    for (const item of value) yield [' item', item];
  }
  for (const key of Reflect.ownKeys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (descriptor === undefined || !('value' in descriptor)) continue;
    yield [spellKey(key), descriptor.value];
  }
}

function spellKey(key: PropertyKey): string {
  if (typeof key === 'symbol') return `[${String(key)}]`;
  if (/^\d+$/.test(String(key))) return `[${String(key)}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(String(key))
    ? `.${String(key)}`
    : `[${inspect(String(key))}]`;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
