// One number or boolean that all processes see: the Value of heddle/shared, born in the memory that
// the family of processes has.
import * as shared from '../../shared/index.ts';
import type { ValueKind } from '../../shared/index.ts';
import { shareClass } from './share-class.ts';

/**
 * One number or boolean that is the same in every process that it reaches: a Value as in
 * heddle/shared. Each operation is one indivisible step.
 *
 * @example
 * ```ts
 * import { Process, Value } from 'heddle/multiprocessing';
 * const count = new Value('i32');
 * const children = [1, 2].map((n) => new Process({ target: () => void count.add(n) }).start());
 * for (const child of children) child.join();
 * console.log(count.value); // 3
 * ```
 */
export class Value<K extends ValueKind = 'f64'> extends shared.Value<K> {
  static {
    shareClass(this, import.meta.url);
  }
}
