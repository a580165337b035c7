// A double of the wire, for a worker that may die as it reads a message.
import * as real from '../../../../src/wire/index.ts';
import { reach } from '../plan.ts';

export * from '../../../../src/wire/index.ts';

export function loadAsync(message: number): ReturnType<typeof real.loadAsync> {
  reach('reading');
  return real.loadAsync(message);
}
