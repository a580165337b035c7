// SharedMemory: memory that has a name, by which any process of this machine may attach to it.
//
// It is a file in /dev/shm (files.ts), mapped over the pages of a SharedArrayBuffer.
import fs from 'node:fs';
import { RuntimeError } from '../../errors/index.ts';
import { loadNative } from '../../kernel/index.ts';
import { registerTransfer } from '../../wire/index.ts';
import { createNamed, createNew, openNamed, removeNamed, requireName } from './names.ts';

const PAGE_BYTES = 4096;

// One that is never looked into keeps its descriptor until it is collected.
const forgotten = new FinalizationRegistry<number>((descriptor) => fs.closeSync(descriptor));

/**
 * Memory with a name: bytes that all processes see which attach to it, without a copy.
 *
 * Nothing is locked: two that write the same bytes at once need a lock. It goes with the process
 * that created it, whatever way that ends, or with {@link unlink}; who is attached keeps it until
 * then. Sent to another thread or process, it arrives as memory attached there.
 *
 * @example
 * ```ts
 * import { Process, SharedMemory } from 'heddle/multiprocessing';
 * const memory = new SharedMemory({ create: true, size: 16 });
 * const target = (there: SharedMemory) => { there.buf[0] = 42; };
 * new Process({ target, args: [memory] }).start().join();
 * if (memory.buf[0] !== 42) throw new Error('not the same memory');
 * memory.unlink();
 * ```
 */
export class SharedMemory implements Disposable {
  readonly #name: string;
  readonly #size: number;
  #descriptor: number | null;
  #view: Uint8Array<SharedArrayBuffer> | null = null;
  #isClosed = false;

  /**
   * Creates memory, or attaches to what another process has created. Does not block.
   *
   * @param options.name its name; a new one is made up where it is left out
   * @param options.create true: create it, all 0; otherwise attach
   * @param options.size bytes, when it is created
   * @throws {TypeError} if the name is none, or is left out where nothing is created
   * @throws {RangeError} if the size is not a whole number above 0
   * @throws {RuntimeError} if there is one of that name already, or none to attach to
   *
   * @example
   * ```ts
   * import { SharedMemory } from 'heddle/multiprocessing';
   * using first = new SharedMemory({ create: true, size: 8 });
   * using second = new SharedMemory({ name: first.name });
   * first.unlink();
   * ```
   */
  constructor(options: {
    readonly name?: string | undefined;
    readonly create?: boolean | undefined;
    readonly size?: number | undefined;
  }) {
    const { name, create = false, size } = options;
    if (create) {
      if (size === undefined || !Number.isSafeInteger(size) || size <= 0) throw noSize(size);
      const made = name === undefined ? createNew(size) : createNamed(requireName(name), size);
      [this.#name, this.#descriptor] = [made.name, made.descriptor];
    } else {
      if (name === undefined) throw noName();
      this.#name = requireName(name);
      this.#descriptor = openNamed(this.#name);
    }
    this.#size = fs.fstatSync(this.#descriptor).size;
    forgotten.register(this, this.#descriptor, this);
  }

  /** The name by which others attach. */
  get name(): string {
    return this.#name;
  }

  /** Bytes. */
  get size(): number {
    return this.#size;
  }

  /**
   * The memory itself. RuntimeError after close(); HeddleError where memory of other processes
   * cannot be reached.
   */
  get buf(): Uint8Array<SharedArrayBuffer> {
    if (this.#isClosed) {
      throw new RuntimeError(
        `Cannot use shared memory ${JSON.stringify(this.#name)} as it was closed here`,
      );
    }
    return (this.#view ??= this.#map());
  }

  /**
   * Says that this object will not be used any more. Views of the memory that are still there stay
   * what they are. Closing twice is closing once.
   *
   * @example
   * ```ts
   * import { SharedMemory } from 'heddle/multiprocessing';
   * const memory = new SharedMemory({ create: true, size: 8 });
   * memory.close();
   * memory.unlink();
   * ```
   */
  close(): void {
    this.#isClosed = true;
    this.#view = null;
    this.#closeDescriptor();
  }

  /**
   * Takes the name away: nobody can attach any more. Who is attached keeps the memory.
   *
   * @throws {RuntimeError} if the name is gone already
   *
   * @example
   * ```ts
   * import { SharedMemory } from 'heddle/multiprocessing';
   * new SharedMemory({ create: true, size: 8 }).unlink();
   * ```
   */
  unlink(): void {
    removeNamed(this.#name);
  }

  /** The same as close(). */
  [Symbol.dispose](): void {
    this.close();
  }

  #map(): Uint8Array<SharedArrayBuffer> {
    const native = loadNative();
    const whole = Math.ceil(this.#size / PAGE_BYTES) * PAGE_BYTES;
    const memory = new SharedArrayBuffer(whole, { maxByteLength: whole });
    native.mapInto(memory, 0, whole, this.#descriptor as number);
    this.#closeDescriptor();
    return new Uint8Array(memory, 0, this.#size);
  }

  #closeDescriptor(): void {
    if (this.#descriptor === null) return;
    forgotten.unregister(this);
    fs.closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}

registerTransfer(SharedMemory, {
  reduce: (memory) => memory.name,
  revive: (name: string) => new SharedMemory({ name }),
});

function noSize(size: unknown): RangeError {
  return new RangeError(
    `Cannot create shared memory of size ${String(size)} as a whole number of bytes above 0 is ` +
      'wanted',
  );
}

function noName(): TypeError {
  return new TypeError(
    'Cannot attach to shared memory as no name is given\n' +
      'Give name to attach, or create: true and a size to create',
  );
}
