// Stands in for threading/current.ts in the model: threads there have no record.

/** Never called: only who makes a Thread asks which thread it is. */
export function currentRecord(): never {
  throw new TypeError('Cannot tell the record of a thread of the model as it has none');
}
