// The way from any thread of a client to its bridge.
import { createRequire } from 'node:module';
import { ask } from '../../../kernel/index.ts';
// oxlint-disable-next-line import/no-unassigned-import -- the bridge lives in its keeper
import '../../../threading/index.ts';
import type { Errand } from './bridge.ts';
import { ENTRIES } from '../names.ts';

let bridge = '';

/** Has the bridge do something. Does not block. */
export function tellBridge(task: Errand): void {
  bridge ||= createRequire(import.meta.url).resolve(ENTRIES.bridge);
  ask({ type: 'employ', module: bridge, task });
}
