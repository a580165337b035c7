// Value: one number or boolean that all threads see.
//
// The block has the value in its first two cells, at a multiple of 8 bytes, and the number of its
// kind in the third. Each access is one atomic operation (kinds.ts), so no thread ever sees half of
// a value, and no lock can be left behind.
import { inspect } from 'node:util';
import {
  Attachment,
  SharedObject,
  arena,
  atomics,
  checkpoint,
  defineKind,
} from '../kernel/index.ts';
import type { Birth } from '../kernel/index.ts';
import { describeValue, requireFunction } from './arguments.ts';
import { FORMS, cureFor, fits } from './kinds.ts';
import type { AnyValue, Form, ValueKind, ValueOf } from './kinds.ts';

/** Cells of the block. */
const CELL = { VALUE: 0, KIND: 2, COUNT: 3 } as const;

const KINDS: readonly ValueKind[] = [...FORMS.keys()];

const VALUE: number = defineKind('Value', import.meta.url, {
  attach: (handle) => new Value(new Attachment(handle) as never),
});

/**
 * One number or boolean that is the same in every thread.
 *
 * Reading and writing never give half of a value. `value += 1` is a read and a write, between which
 * another thread may write: use {@link add}, {@link update} or a lock. Whole numbers out of the
 * kind's range wrap around, as in typed arrays; a fraction, NaN or Infinity is no value of an
 * integer kind.
 *
 * @example Count in three threads
 * ```ts
 * import { Value } from 'heddle/shared';
 * import { Thread } from 'heddle/threading';
 * const count = new Value('i32');
 * const target = () => count.add(1);
 * const threads = [1, 2, 3].map(() => new Thread({ target }).start());
 * for (const thread of threads) thread.join();
 * console.log(count.value); // 3
 * ```
 */
export class Value<K extends ValueKind = 'f64'> extends SharedObject {
  readonly #kind: ValueKind;
  readonly #form: Form;
  /** Index in views of the kind's own width. */
  readonly #index: number;

  static {
    // What console.log shows.
    Object.defineProperty(this.prototype, inspect.custom, {
      value(this: Value<ValueKind>): string {
        return `Value(${this.#kind}) ${inspect(this.value)}`;
      },
    });
  }

  /**
   * Makes a value.
   *
   * @param kind how it is kept: i8, u8, i16, u16, i32, u32, i64, u64, f32, f64 or bool
   * @param initial what it is at first; 0 or false when left out
   * @throws {RangeError} if there is no such kind
   * @throws {TypeError} if `initial` is not of the kind's type, or no whole number for an integer
   *   kind
   *
   * @example
   * ```ts
   * import { Value } from 'heddle/shared';
   * console.log(new Value('f64', 1.5).value, new Value('bool').value); // 1.5 false
   * ```
   */
  constructor(kind: K, initial?: ValueOf<K>) {
    super(birthOf(kind, initial));
    const handle = SharedObject.handleOf(this) as number;
    this.#kind = KINDS[atomics.peek(arena.cells, handle + CELL.KIND)] as ValueKind;
    this.#form = FORMS.get(this.#kind) as Form;
    this.#index = indexOf(handle, this.#form);
  }

  /**
   * The value now. Setting it throws a TypeError for a value that is not of the kind's type, and
   * for a number that is not whole where the kind is one of integers.
   *
   * @example
   * ```ts
   * import { Value } from 'heddle/shared';
   * const level = new Value('u8');
   * level.value = 257;
   * console.log(level.value); // 1
   * ```
   */
  get value(): ValueOf<K> {
    checkpoint();
    return this.#form.load(this.#index) as ValueOf<K>;
  }

  set value(value: ValueOf<K>) {
    checkpoint();
    if (!fits(this.#form, value)) throw wrongType(this.#form, value, this.#setting());
    this.#form.store(this.#index, value);
  }

  /**
   * Adds to the value in one step that no other thread can come between.
   *
   * @param n what to add; negative to subtract
   * @returns the value before
   * @throws {RangeError} if the kind is not i32, u32, i64 or u64: only these are added to in one
   *   step
   * @throws {TypeError} if `n` is not of the kind's type, or not a whole number
   *
   * @example
   * ```ts
   * import { Value } from 'heddle/shared';
   * const tickets = new Value('u32', 10);
   * console.log(tickets.add(-1), tickets.value); // 10 9
   * ```
   */
  add(n: ValueOf<K>): ValueOf<K> {
    checkpoint();
    const { add } = this.#form;
    if (add === null) {
      throw new RangeError(
        `Cannot add to a Value of kind ${this.#kind} as only i32, u32, i64 and u64 are added to ` +
          'in one step\nUse update((value) => …)',
      );
    }
    if (!fits(this.#form, n)) {
      throw wrongType(this.#form, n, `add % to a Value of kind ${this.#kind}`);
    }
    return add(this.#index, n) as ValueOf<K>;
  }

  /**
   * Replaces the value if it is the expected one, in one step.
   *
   * Floating-point numbers are compared by their bits, as `Object.is` does: NaN is NaN, and 0 is
   * not -0.
   *
   * @param expected the value to replace
   * @param replacement what to replace it by
   * @returns the value that was found; it was replaced if that is the expected one
   * @throws {TypeError} if one of them is not of the kind's type, or no whole number for an integer
   *   kind
   *
   * @example
   * ```ts
   * import { Value } from 'heddle/shared';
   * const taken = new Value('bool');
   * console.log(taken.compareExchange(false, true), taken.value); // false true
   * ```
   */
  compareExchange(expected: ValueOf<K>, replacement: ValueOf<K>): ValueOf<K> {
    checkpoint();
    const form = this.#form;
    const action = `compare and exchange a Value of kind ${this.#kind} with %`;
    check(form, expected, action);
    check(form, replacement, action);
    return form.compareExchange(this.#index, expected, replacement) as ValueOf<K>;
  }

  /**
   * Replaces the value by what a function makes of it, as if in one step.
   *
   * The function is called again when another thread changed the value meanwhile, so it should do
   * nothing else. If it throws, or gives another type, the value is left as it was.
   *
   * @param fn gives the new value for the current one
   * @returns the value before
   * @throws {TypeError} if `fn` gives something that is not of the kind's type, or no whole number
   *   for an integer kind
   *
   * @example
   * ```ts
   * import { Value } from 'heddle/shared';
   * const highest = new Value('f64', 1.5);
   * highest.update((current) => Math.max(current, 2.5));
   * console.log(highest.value); // 2.5
   * ```
   */
  update(fn: (current: ValueOf<K>) => ValueOf<K>): ValueOf<K> {
    checkpoint();
    const form = this.#form;
    requireFunction(fn, 'update a Value by');
    for (;;) {
      const current = form.load(this.#index);
      const next: unknown = fn(current as ValueOf<K>);
      if (!fits(form, next)) throw wrongType(form, next, this.#setting());
      const found = form.compareExchange(this.#index, current, next as AnyValue);
      if (Object.is(found, current)) return found as ValueOf<K>;
    }
  }

  #setting(): string {
    return `set a Value of kind ${this.#kind} to %`;
  }
}

// Throws before there is a block, so that none is lost.
function birthOf(kind: ValueKind, initial: unknown): Birth {
  const form = (kind as unknown) instanceof Attachment ? null : formOf(kind);
  if (form !== null && initial !== undefined) {
    check(form, initial, `make a Value of kind ${kind} from %`);
  }
  return {
    kind: VALUE,
    byteLength: CELL.COUNT * 4,
    given: kind,
    init: (handle) => {
      if (form === null) return;
      atomics.poke(arena.cells, handle + CELL.KIND, KINDS.indexOf(kind));
      form.store(indexOf(handle, form), (initial as AnyValue | undefined) ?? form.zero);
    },
  };
}

function formOf(kind: ValueKind): Form {
  const form = FORMS.get(kind);
  if (form !== undefined) return form;
  throw new RangeError(
    `Cannot make a Value of kind ${inspect(kind)} as there is no such kind\n` +
      `The kinds are ${KINDS.join(', ')}`,
  );
}

function indexOf(handle: number, form: Form): number {
  return ((handle + CELL.VALUE) * 4) / form.width;
}

function check(form: Form, value: unknown, action: string): void {
  if (!fits(form, value)) throw wrongType(form, value, action);
}

// The % in the action stands for the value.
function wrongType(form: Form, value: unknown, action: string): TypeError {
  const attempt = action.replace('%', () => describeValue(value));
  const wanted = form.isWhole ? 'whole number' : form.type;
  const isFraction = form.isWhole && typeof value === 'number';
  const cure = isFraction ? '\nRound it, or make the Value of kind f64' : cureFor(form, value);
  return new TypeError(`Cannot ${attempt} as it holds a ${wanted}${cure}`);
}
