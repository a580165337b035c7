// ShareableList: a list of fixed length in named memory, each place of which has a fixed room.
//
//   MAGIC, COUNT                        two 32-bit numbers
//   TYPE, LENGTH, ROOM, OFFSET          for each place: its value's type and bytes, the bytes there
//                                       is room for, and where they are
//   the values, each at a multiple of 8
//
// Python counts the characters of a text where the room is in bytes, and takes the zeros off its
// end; here it is bytes throughout.
import { inspect } from 'node:util';
import { registerTransfer } from '../../wire/index.ts';
import { SharedMemory } from './shared-memory.ts';

/** What a place of the list can hold. */
export type Shareable = number | bigint | boolean | string | Uint8Array | null;

const MAGIC = 0x6865_646c;
const HEAD_BYTES = 8;
const PLACE_BYTES = 16;
/** Cells of a place. */
const PLACE = { TYPE: 0, LENGTH: 4, ROOM: 8, OFFSET: 12 } as const;
const TYPE = { NULL: 0, FALSE: 1, TRUE: 2, NUMBER: 3, BIGINT: 4, TEXT: 5, BYTES: 6 } as const;
/** Room of a number, and the least of any place. */
const ROOM_BYTES = 8;

interface Encoded {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/**
 * A list of fixed length that all processes see which attach to it by its name.
 *
 * Each place has the room that its first value took, rounded up to eight bytes: a longer text does
 * not fit later. Single values are read and written without a lock, so two that write one place at
 * once need one.
 *
 * @example
 * ```ts
 * import { Process, ShareableList } from 'heddle/multiprocessing';
 * const list = new ShareableList(['warp', 1, null]);
 * const target = (there: ShareableList) => there.set(1, 42);
 * new Process({ target, args: [list] }).start().join();
 * console.log([...list]); // [ 'warp', 42, null ]
 * list.shm.unlink();
 * ```
 */
export class ShareableList<T extends Shareable = Shareable> implements Iterable<T> {
  readonly #shm: SharedMemory;
  readonly #view: DataView;
  readonly #length: number;

  /**
   * Makes a list of the values in new memory, or attaches to one by its name. Does not block.
   *
   * @param values its values; left out: attach
   * @param options.name its name; a new one is made up where it is left out
   * @throws {TypeError} if a value is of another kind, or neither values nor a name are given
   * @throws {RangeError} if a bigint has more than 64 bits, or the memory of that name is no list
   * @throws {RuntimeError} if there is a list of that name already, or none to attach to
   *
   * @example
   * ```ts
   * import { ShareableList } from 'heddle/multiprocessing';
   * const list = new ShareableList([1, 2], { name: `squares-${process.pid}` });
   * const same = new ShareableList(undefined, { name: list.shm.name });
   * if (same.get(1) !== 2) throw new Error('another list');
   * list.shm.unlink();
   * ```
   */
  constructor(values?: Iterable<T>, options: { readonly name?: string | undefined } = {}) {
    const { name } = options;
    this.#shm =
      values === undefined ? new SharedMemory({ name }) : created([...values].map(encode), name);
    const { buf } = this.#shm;
    this.#view = new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
    if (this.#shm.size < HEAD_BYTES || this.#view.getUint32(0, true) !== MAGIC) {
      throw new RangeError(
        `Cannot attach to shared memory ${JSON.stringify(this.#shm.name)} as it is no ` +
          'ShareableList',
      );
    }
    this.#length = this.#view.getUint32(4, true);
  }

  /** How many places there are. */
  get length(): number {
    return this.#length;
  }

  /** The memory that it is in: its name, and the way to unlink it. */
  get shm(): SharedMemory {
    return this.#shm;
  }

  /**
   * Reads a value.
   *
   * @param index from 0, or from the end when it is negative
   * @returns a copy
   * @throws {RangeError} if there is no such place
   *
   * @example
   * ```ts
   * import { ShareableList } from 'heddle/multiprocessing';
   * const list = new ShareableList(['a', 'b']);
   * if (list.get(-1) !== 'b') throw new Error('wrong');
   * list.shm.unlink();
   * ```
   */
  get(index: number): T {
    const place = this.#placeOf(index, 'read');
    const type = this.#view.getUint32(place + PLACE.TYPE, true);
    const length = this.#view.getUint32(place + PLACE.LENGTH, true);
    const offset = this.#view.getUint32(place + PLACE.OFFSET, true);
    const bytes = Buffer.from(this.#shm.buf.subarray(offset, offset + length));
    return decode(type, bytes) as T;
  }

  /**
   * Writes a value.
   *
   * @param index from 0, or from the end when it is negative
   * @param value what to write; the place is left as it was when it does not fit
   * @throws {RangeError} if there is no such place, or not so much room
   * @throws {TypeError} if the value is of another kind
   *
   * @example
   * ```ts
   * import { ShareableList } from 'heddle/multiprocessing';
   * const list = new ShareableList<string | number>(['a text']);
   * list.set(0, 1);
   * list.shm.unlink();
   * ```
   */
  set(index: number, value: T): void {
    const place = this.#placeOf(index, 'write');
    const { type, bytes } = encode(value);
    const room = this.#view.getUint32(place + PLACE.ROOM, true);
    if (bytes.length > room) {
      throw new RangeError(
        `Cannot write ${bytes.length} bytes to place ${index} of a ShareableList as it has room ` +
          `for ${room}\nMake the list with the longest value first`,
      );
    }
    this.#shm.buf.set(bytes, this.#view.getUint32(place + PLACE.OFFSET, true));
    this.#view.setUint32(place + PLACE.LENGTH, bytes.length, true);
    this.#view.setUint32(place + PLACE.TYPE, type, true);
  }

  /**
   * The values, one by one, as they are when their turn comes.
   *
   * @yields a copy of each
   */
  *[Symbol.iterator](): Iterator<T> {
    for (let index = 0; index < this.#length; index++) yield this.get(index);
  }

  #placeOf(index: number, action: string): number {
    const from = index < 0 ? index + this.#length : index;
    if (Number.isInteger(from) && from >= 0 && from < this.#length) {
      return HEAD_BYTES + from * PLACE_BYTES;
    }
    throw new RangeError(
      `Cannot ${action} place ${index} of a ShareableList as it has ${this.#length} places`,
    );
  }
}

registerTransfer(ShareableList, {
  reduce: (list) => list.shm.name,
  revive: (name: string) => new ShareableList(undefined, { name }),
});

// What console.log shows.
Object.defineProperty(ShareableList.prototype, inspect.custom, {
  value(this: ShareableList): string {
    return `ShareableList(${this.length}) ${inspect([...this])}`;
  },
});

function created(values: readonly Encoded[], name: string | undefined): SharedMemory {
  let offset = HEAD_BYTES + values.length * PLACE_BYTES;
  const places = values.map(({ type, bytes }) => {
    const room = Math.max(ROOM_BYTES, Math.ceil(bytes.length / ROOM_BYTES) * ROOM_BYTES);
    const place = { type, bytes, room, offset };
    offset += room;
    return place;
  });
  const shm = new SharedMemory({ create: true, size: offset, name });
  const { buf } = shm;
  const view = new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
  view.setUint32(4, places.length, true);
  for (const [index, place] of places.entries()) {
    const at = HEAD_BYTES + index * PLACE_BYTES;
    view.setUint32(at + PLACE.TYPE, place.type, true);
    view.setUint32(at + PLACE.LENGTH, place.bytes.length, true);
    view.setUint32(at + PLACE.ROOM, place.room, true);
    view.setUint32(at + PLACE.OFFSET, place.offset, true);
    buf.set(place.bytes, place.offset);
  }
  // Last: who attaches meanwhile finds no list yet.
  view.setUint32(0, MAGIC, true);
  return shm;
}

function encode(value: unknown): Encoded {
  if (value === null) return { type: TYPE.NULL, bytes: Buffer.alloc(0) };
  if (typeof value === 'boolean') {
    return { type: value ? TYPE.TRUE : TYPE.FALSE, bytes: Buffer.alloc(0) };
  }
  const eight = Buffer.alloc(ROOM_BYTES);
  if (typeof value === 'number') {
    eight.writeDoubleLE(value);
    return { type: TYPE.NUMBER, bytes: eight };
  }
  if (typeof value === 'bigint') {
    eight.writeBigInt64LE(value);
    return { type: TYPE.BIGINT, bytes: eight };
  }
  if (typeof value === 'string') return { type: TYPE.TEXT, bytes: Buffer.from(value) };
  if (value instanceof Uint8Array) return { type: TYPE.BYTES, bytes: value };
  throw new TypeError(
    `Cannot put ${inspect(value, { depth: 0 })} into a ShareableList as only numbers, bigints, ` +
      'booleans, texts, bytes and null fit',
  );
}

function decode(type: number, bytes: Buffer): Shareable {
  switch (type) {
    case TYPE.FALSE:
      return false;
    case TYPE.TRUE:
      return true;
    case TYPE.NUMBER:
      return bytes.readDoubleLE();
    case TYPE.BIGINT:
      return bytes.readBigInt64LE();
    case TYPE.TEXT:
      return bytes.toString();
    case TYPE.BYTES:
      return new Uint8Array(bytes);
    default:
      return null;
  }
}
