// Array: a typed array that all processes see, the SharedArray of heddle/shared over memory of the
// family's.
import { bearInFamily } from '../../kernel/index.ts';
import { SharedArray as ThreadArray } from '../../shared/index.ts';
import type { TypedArrayOf, ValueKind, ValueOf } from '../../shared/index.ts';

/**
 * Makes a typed array that is the same memory in every process that it reaches: a SharedArray as in
 * heddle/shared.
 *
 * Nothing is copied, and nothing is locked: two that write the same element at once need a lock, or
 * the platform's `Atomics` (whose `wait` and `notify` reach only threads of one process). It
 * travels as an argument, a captured variable, or an item of a queue, a list or a dict; so do other
 * views on its buffer. Its memory is given back when no process has it any more, also if they were
 * killed.
 *
 * @param kind what the elements are: i8, u8, i16, u16, i32, u32, i64, u64, f32 or f64
 * @param lengthOrValues how many elements, all 0 at first; or the elements
 * @returns the typed array of that kind: Int32Array for 'i32'
 * @throws {RangeError} if there is no such kind, or the length is negative, fractional or too great
 * @throws {TypeError} if an element is not a number, or for i64 and u64 not a bigint
 * @throws {HeddleError} if memory cannot be shared between processes here, or none is left
 *
 * @example
 * ```ts
 * import { Array, Process } from 'heddle/multiprocessing';
 * const squares = Array('f64', 3);
 * const target = () => { for (let i = 0; i < 3; i++) squares[i] = i * i; };
 * new Process({ target }).start().join();
 * console.log(squares.join()); // 0,1,4
 * ```
 */
export function SharedArray<K extends Exclude<ValueKind, 'bool'>>(
  kind: K,
  lengthOrValues: number | Iterable<ValueOf<K>>,
): TypedArrayOf<K> {
  return bearInFamily(() => ThreadArray(kind, lengthOrValues));
}
