// Reads one message back into a value.
//
// An object has its number before its contents are read, so a reference to it inside finds it. Only
// a class cannot be had before what it needs: until its body has run it is PENDING, and who meets
// it leaves word to be filled in later.
import { attach, bytesOf, offsetOf } from '../../kernel/index.ts';
import * as form from '../format.ts';
import { BufferOf, readArrayBuffer, readView } from './buffers.ts';
import { ByteReader } from './byte-reader.ts';
import { MessageParts } from './message-parts.ts';
import { passageHere } from '../passage.ts';
import { PENDING } from './pending.ts';
import { rareReaders } from './rare.ts';

/** Does something with a value once it is there. */
export type WhenReady = (value: unknown) => void;

type Plain = Record<string, unknown>;

const MAP = Map.prototype;
const SET = Set.prototype;

/** Stands for an element that an array does not have. */
const ABSENT: unique symbol = Symbol('absent');

/** Reads the values of one message. */
export class Decoder {
  readonly in: ByteReader;
  readonly #objects: unknown[] = [];
  readonly #shapes: string[][] = [];
  readonly #bytes: Buffer;
  readonly #start: number;
  /** What waits for each class that is pending, by the class's number. */
  #waiting: Map<number, WhenReady[]> | null = null;
  /** Number of the pending class that was met last. */
  #pendingNumber = 0;
  #parts: MessageParts | null = null;
  #flags = 0;
  #isEmptyNow = false;

  constructor(source: Buffer, start: number) {
    this.#bytes = source;
    this.#start = start;
    this.in = new ByteReader(source, start);
  }

  /** The value of the message. */
  decode(): unknown {
    this.#flags = this.in.byte();
    this.in.position = form.HEADER_BYTES;
    if (this.#flags === 0) return this.read();
    const value = this.read();
    if ((this.#flags & form.HAS_LATER) !== 0) {
      while (this.in.byte() !== 0) this.#fill(this.#objects[this.in.count()] as object);
    }
    return value;
  }

  /** Whether the message is a recipe, whose functions stay as they are. */
  get isRecipe(): boolean {
    return (this.#flags & form.IS_RECIPE) !== 0;
  }

  /** Modules and codes of the message. */
  get parts(): MessageParts {
    return (this.#parts ??= new MessageParts(this.#bytes, this.#start));
  }

  /** A decoder for the message in a block. */
  another(handle: number): Decoder {
    return new Decoder(bytesOf(handle), offsetOf(handle));
  }

  /** The next value; PENDING for a class that is not there yet. */
  read(): unknown {
    const tag = this.in.byte();
    if (tag >= form.SMALL_INTEGER) return tag & 0x7f;
    switch (tag) {
      case form.INT32:
        return this.in.int32();
      case form.DOUBLE:
        return this.in.float64();
      case form.ASCII:
      case form.LONG_ASCII:
      case form.TWO_BYTE:
        return this.in.text(tag);
      case form.TRUE:
        return true;
      case form.FALSE:
        return false;
      case form.NULL:
        return null;
      case form.UNDEFINED:
        return undefined;
      case form.REFERENCE:
        return this.#reference(this.in.count());
      default:
        return this.#object(tag);
    }
  }

  /** Gives the next number to an object that is there; the rest of the message may refer to it. */
  number(value: unknown): number {
    return this.#objects.push(value) - 1;
  }

  /** Gives the next number to a class that is not there yet. */
  numberPending(): number {
    return this.number(PENDING);
  }

  /** A number's object is there, or is another one after all; who waited for it gets it. */
  settle(number: number, value: unknown): void {
    this.#objects[number] = value;
    const waiting = this.#waiting?.get(number);
    if (waiting === undefined) return;
    this.#waiting?.delete(number);
    for (const place of waiting) place(value);
  }

  /** Calls `place` once the pending class that was read last is there. */
  whenReady(place: WhenReady): void {
    this.#waiting ??= new Map();
    const waiting = this.#waiting.get(this.#pendingNumber);
    if (waiting === undefined) this.#waiting.set(this.#pendingNumber, [place]);
    else waiting.push(place);
  }

  /** Number of the pending class that was read last. */
  get pendingNumber(): number {
    return this.#pendingNumber;
  }

  /** What was just read is a class, with this number, that is not there yet. */
  pending(number: number): typeof PENDING {
    this.#pendingNumber = number;
    return PENDING;
  }

  /**
   * Leaves out what could not be read: goes on at a position where so many numbers have been given.
   */
  skipTo(position: number, numbers: number): void {
    this.in.position = position;
    while (this.#objects.length < numbers) this.#objects.push(undefined);
  }

  /** Reads a value, and gives it to `place` now or when it is there. */
  readInto(place: WhenReady): void {
    const value = this.read();
    if (value === PENDING) this.whenReady(place);
    else place(value);
  }

  /** Whether the container whose head was just read gets its contents after the body. */
  takeLater(): boolean {
    const isEmptyNow = this.#isEmptyNow;
    this.#isEmptyNow = false;
    return isEmptyNow;
  }

  /** Reads what writeProperties wrote. */
  readProperties(target: object): void {
    for (let left = this.in.count(); left > 0; left--) {
      const key = this.read() as PropertyKey;
      this.readInto((value) => define(target, key, value));
    }
  }

  readEntries(map: Map<unknown, unknown>): void {
    this.#readMany(this.in.count() * 2, (list) => {
      // Not by a set() of the user's own.
      for (let i = 0; i < list.length; i += 2) MAP.set.call(map, list[i], list[i + 1]);
    });
  }

  readItems(set: Set<unknown>): void {
    this.#readMany(this.in.count(), (list) => {
      for (const item of list) SET.add.call(set, item);
    });
  }

  #reference(number: number): unknown {
    const value = this.#objects[number];
    if (value instanceof BufferOf) return value.buffer;
    return value === PENDING ? this.pending(number) : value;
  }

  #object(tag: number): unknown {
    switch (tag) {
      case form.OBJECT:
      case form.SHAPE:
      case form.SHAPED:
        return this.#plain(tag);
      case form.ARRAY:
        return this.#array();
      case form.INT32_ARRAY:
      case form.DOUBLE_ARRAY:
        return this.#packed(tag);
      case form.MAP:
      case form.SET:
        return this.#collection(tag);
      case form.DATE:
        return this.#numbered(new Date(this.in.float64()));
      case form.REGEXP:
        return this.#numbered(new RegExp(this.in.string(), this.in.string()));
      case form.ARRAY_BUFFER:
        return this.#numbered(readArrayBuffer(this.in));
      case form.VIEW: {
        const number = this.number(undefined);
        const view = readView(this);
        this.#objects[number] = view;
        return view;
      }
      case form.BOXED: {
        const number = this.number(undefined);
        const box: unknown = Object(this.read());
        this.#objects[number] = box;
        return box;
      }
      case form.BIGINT:
        return readBigInt(this.in.string());
      case form.LIVE:
        return this.#numbered(attach(this.in.uint32()));
      case form.DISTANT:
        return this.#numbered(this.#arrive(this.in.uint32(), this.in.string()));
      case form.HOLE:
        return ABSENT;
      case form.LATER:
        this.#isEmptyNow = true;
        return this.read();
      default: {
        const read = rareReaders[tag];
        if (read === undefined) throw new TypeError(`Cannot read the message as ${tag} is no tag`);
        return read(this);
      }
    }
  }

  #arrive(number: number, kind: string): object {
    const passage = passageHere();
    if (passage !== null) return passage.arrive(number, kind);
    throw new TypeError(`Cannot read the message as nothing here can stand for the ${kind} in it`);
  }

  #numbered(value: object): object {
    this.#objects.push(value);
    return value;
  }

  #plain(tag: number): Plain {
    const object: Plain = {};
    this.#objects.push(object);
    if (!this.takeLater()) this.#fillPlain(object, tag);
    return object;
  }

  #fillPlain(object: Plain, tag: number): void {
    if (tag === form.SHAPED) {
      const keys = this.#shapes[this.in.count()] as string[];
      for (const key of keys) this.#property(object, key);
      return;
    }
    const count = this.in.count();
    if (tag === form.OBJECT) {
      for (let i = 0; i < count; i++) this.#property(object, this.in.key());
      return;
    }
    // All keys come first: a value may be an object of this very shape.
    const shape: string[] = [];
    for (let i = 0; i < count; i++) shape.push(this.in.key());
    this.#shapes.push(shape);
    for (const key of shape) this.#property(object, key);
  }

  #property(object: Plain, key: string): void {
    const value = this.read();
    if (value === PENDING) this.whenReady((late) => (object[key] = late));
    // At once all the same, so that the keys keep their order.
    object[key] = value;
  }

  #array(): unknown[] {
    const length = this.in.count();
    const array: unknown[] = [];
    array.length = length;
    this.#objects.push(array);
    if (!this.takeLater()) this.#fillArray(array);
    return array;
  }

  #fillArray(array: unknown[]): void {
    for (let i = 0; i < array.length; i++) {
      const value = this.read();
      if (value === ABSENT) continue;
      if (value === PENDING) this.whenReady((late) => (array[i] = late));
      else array[i] = value;
    }
  }

  #packed(tag: number): number[] {
    const length = this.in.uint32();
    const isInt = tag === form.INT32_ARRAY;
    const { buffer, byteOffset } = this.in.aligned(length * (isInt ? 4 : 8));
    const packed = isInt
      ? new Int32Array(buffer, byteOffset, length)
      : new Float64Array(buffer, byteOffset, length);
    const array: number[] = [];
    array.length = length;
    for (let i = 0; i < length; i++) array[i] = packed[i] as number;
    this.#objects.push(array);
    return array;
  }

  #collection(tag: number): object {
    const collection = tag === form.MAP ? new Map<unknown, unknown>() : new Set<unknown>();
    this.#objects.push(collection);
    if (this.takeLater()) return collection;
    if (collection instanceof Map) this.readEntries(collection);
    else this.readItems(collection);
    return collection;
  }

  /** Reads values, and hands them on when all are there: keys must not come in another order. */
  #readMany(count: number, done: (values: readonly unknown[]) => void): void {
    const values: unknown[] = [];
    let missing = 0;
    for (let i = 0; i < count; i++) {
      const value = this.read();
      values.push(value);
      if (value !== PENDING) continue;
      missing++;
      this.whenReady((late) => {
        values[i] = late;
        if (--missing === 0) done(values);
      });
    }
    if (missing === 0) done(values);
  }

  /** Contents that come after the body; the tag is there again. */
  #fill(target: object): void {
    const tag = this.in.byte();
    switch (tag) {
      case form.OBJECT:
      case form.SHAPE:
      case form.SHAPED:
        return this.#fillPlain(target as Plain, tag);
      case form.ARRAY:
        this.in.count();
        return this.#fillArray(target as unknown[]);
      case form.MAP:
        return this.readEntries(target as Map<unknown, unknown>);
      case form.SET:
        return this.readItems(target as Set<unknown>);
      default:
        rareReaders[tag]?.(this, target);
    }
  }
}

/** The value of a message in a block. */
export function decodeBlock(handle: number): unknown {
  return new Decoder(bytesOf(handle), offsetOf(handle)).decode();
}

function define(target: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

function readBigInt(hexadecimal: string): bigint {
  return hexadecimal.startsWith('-')
    ? -BigInt(`0x${hexadecimal.slice(1)}`)
    : BigInt(`0x${hexadecimal}`);
}
