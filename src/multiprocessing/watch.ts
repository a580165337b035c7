// What this process has others do for it, as a child or under a new name.
import { isClient, renameInFamily } from '../kernel/index.ts';
import { employ } from './child/launch.ts';
import { CHILD, getField } from './child/record.ts';
import { tellBridge } from './distant/client/errands.ts';
import { parentOfThis, thisProcess } from './self.ts';

let watched = false;

/**
 * Has the parent's end told: its record is complete then, and this process ends if it is a daemon.
 */
export function watchParent(): void {
  if (watched) return;
  watched = true;
  employ({
    type: 'watch',
    parent: parentOfThis(),
    daemon: getField(thisProcess(), CHILD.DAEMON) !== 0,
  });
}

/** Has others know this process by a name that it was given. */
export function tellName(): void {
  renameInFamily();
  if (isClient()) tellBridge({ type: 'name' });
}
