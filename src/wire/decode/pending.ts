// The sign that stands for a class while what it needs is still being read.

/** A class whose body has not run yet. */
export const PENDING: unique symbol = Symbol('pending');
