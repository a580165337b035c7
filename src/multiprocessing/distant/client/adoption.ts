// Whose what arrives is: a client's own, or still that of who sent it.
let isReadAsOwn = false;

/** Reads a letter: what it refers to is this process's from then on. */
export function readAsOwn<T>(read: () => T): T {
  isReadAsOwn = true;
  try {
    return read();
  } finally {
    isReadAsOwn = false;
  }
}

/** Whether that is being done. */
export function isAdopting(): boolean {
  return isReadAsOwn;
}
