// What the caller's thread, which may block at any time, has the supervisor do.

/** How a child is to be run, where that is not as its parent is. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string>> | undefined;
  readonly execArgv: readonly string[] | undefined;
}

/** What the supervisor is asked for. */
export type Order =
  | {
      readonly type: 'spawn';
      readonly record: number;
      /** Letter and task, ready to be written. */
      readonly bytes: Uint8Array;
      readonly surroundings: Surroundings;
      readonly flags: readonly string[];
    }
  /** In a child: tell when the parent has ended; and for a daemon, end then. */
  | { readonly type: 'watch'; readonly parent: number; readonly daemon: boolean };
