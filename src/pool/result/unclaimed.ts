// Errors of tasks that nobody has asked for. They must not get lost: when their result is dropped,
// or the program ends, they are unhandled rejections.
//
// As long as somebody holds the result, he may ask yet.

/** An error that waits to be asked for. */
export interface Unclaimed {
  readonly error: unknown;
}

const waiting = new Set<Unclaimed>();
const dropped = new FinalizationRegistry<Unclaimed>(raise);
let isListening = false;

/** Says that a result has an error that nobody has asked for. */
export function leaveUnclaimed(result: object, error: unknown): Unclaimed {
  const unclaimed = { error };
  waiting.add(unclaimed);
  dropped.register(result, unclaimed, unclaimed);
  if (!isListening) {
    isListening = true;
    process.on('beforeExit', () => {
      for (const left of waiting) raise(left);
    });
  }
  return unclaimed;
}

/** Says that somebody has asked for it. */
export function claim(unclaimed: Unclaimed): void {
  waiting.delete(unclaimed);
  dropped.unregister(unclaimed);
}

function raise(unclaimed: Unclaimed): void {
  if (!waiting.delete(unclaimed)) return;
  void Promise.reject(unclaimed.error);
}
