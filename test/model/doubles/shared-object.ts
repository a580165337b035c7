// Stands in for the base of shared objects in the model: an object is a view of a block that is
// there already, and is neither born nor collected.
import { Attachment, type Birth } from '../../../src/kernel/memory/shared-object.ts';

export * from '../../../src/kernel/memory/shared-object.ts';

/** An object that stands for a block. */
export abstract class SharedObject {
  readonly #handle: number;

  protected constructor({ given }: Birth) {
    if (!(given instanceof Attachment)) {
      throw new TypeError('Cannot make a shared object in the model, but attach to a block');
    }
    this.#handle = given.handle;
  }

  /** The block. */
  static handleOf(value: object): number | undefined {
    return #handle in value ? value.#handle : undefined;
  }
}
