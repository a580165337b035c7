// Awaiting something until a deadline.

// A timer cannot be set for longer.
const LONGEST_MS = 2 ** 31 - 1;

/** Awaits a promise; false when the deadline passed before. An error of the promise is thrown. */
export async function within(promise: PromiseLike<unknown>, deadlineMs: number): Promise<boolean> {
  if (deadlineMs === Infinity) {
    await promise;
    return true;
  }
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<boolean>((resolve) => {
    const set = (): void => {
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) resolve(false);
      else timer = setTimeout(set, Math.min(leftMs, LONGEST_MS));
    };
    set();
  });
  try {
    return await Promise.race([Promise.resolve(promise).then(() => true), timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
