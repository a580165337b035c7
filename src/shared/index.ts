// The room of what threads share: Python's lists and numbers, which its threads share without
// asking.

// oxlint-disable-next-line import/no-unassigned-import -- shared memory travels through its keeper
import '../threading/index.ts';
export { HeddleError, RuntimeError, TransferError } from '../errors/index.ts';
export { SharedArray } from './array.ts';
export type { TypedArrayOf } from './array.ts';
export { SharedDict } from './dict.ts';
export type { Key } from './dict/keys.ts';
export type { ValueKind, ValueOf } from './kinds.ts';
export { SharedList } from './list.ts';
export { Namespace } from './namespace.ts';
export { Value } from './value.ts';
