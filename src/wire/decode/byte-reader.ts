// Bytes of a message while it is read.
//
// Keys come again and again, so they are looked up by their bytes in a table of the keys seen last,
// which saves making the string and V8 finding that it knows it already.
import { ASCII, LONG_ASCII, LONG_KEY, TWO_BYTE } from '../format.ts';

/** What every Buffer has for strings, and @types/node does not tell. */
export interface Bytes extends Buffer {
  latin1Write(text: string, offset: number, length: number): number;
  latin1Slice(start: number, end: number): string;
  ucs2Slice(start: number, end: number): string;
}

interface KnownKey {
  readonly bytes: Uint8Array;
  readonly text: string;
}

// bench/wire.ts: up to here a string is made faster from its characters than by the native call.
const CHUNKED_LENGTH = 16;
const KNOWN_KEYS = 4096;

// Array.from() would take ten times as long, each time that a worker boots.
const knownKeys: (KnownKey | undefined)[] = Array<KnownKey | undefined>(KNOWN_KEYS).fill(undefined);
const double = new Float64Array(1);
const doubleBytes = new Uint8Array(double.buffer);

/** Makes four characters at once, which takes as long as to make one. */
function fourAscii(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(
    bytes[at] as number,
    bytes[at + 1] as number,
    bytes[at + 2] as number,
    bytes[at + 3] as number,
  );
}

/** Reads the primitives of the format from somewhere in a buffer. */
export class ByteReader {
  readonly #bytes: Bytes;
  /** Where the message begins: alignment is counted from there. */
  readonly #start: number;
  #at: number;

  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes as Bytes;
    this.#start = start;
    this.#at = start;
  }

  /** Offset of the next byte in the message. */
  get position(): number {
    return this.#at - this.#start;
  }

  set position(offset: number) {
    this.#at = this.#start + offset;
  }

  byte(): number {
    return this.#bytes[this.#at++] as number;
  }

  count(): number {
    const count = this.#bytes[this.#at++] as number;
    return count < 0xff ? count : this.uint32();
  }

  int32(): number {
    const bytes = this.#bytes;
    const at = this.#at;
    this.#at = at + 4;
    return (
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)
    );
  }

  uint32(): number {
    return this.int32() >>> 0;
  }

  float64(): number {
    const bytes = this.#bytes;
    const at = this.#at;
    for (let i = 0; i < 8; i++) doubleBytes[i] = bytes[at + i] as number;
    this.#at = at + 8;
    return double[0] as number;
  }

  /** A string, its tag included. */
  string(): string {
    return this.text(this.byte());
  }

  /** A string after its tag. */
  text(tag: number): string {
    switch (tag) {
      case ASCII:
        return this.#ascii(this.byte());
      case LONG_ASCII:
        return this.#latin1(this.uint32());
      case TWO_BYTE: {
        const byteLength = this.uint32();
        this.#at += byteLength;
        return this.#bytes.ucs2Slice(this.#at - byteLength, this.#at);
      }
      default:
        throw new TypeError(`Cannot read the message as ${tag} is no tag of a string`);
    }
  }

  /** A property key. */
  key(): string {
    const length = this.byte();
    if (length === LONG_KEY) return this.string();
    const bytes = this.#bytes;
    const at = this.#at;
    let hash = length;
    for (let i = 0; i < length; i++) hash = (hash * 31 + (bytes[at + i] as number)) | 0;
    hash &= KNOWN_KEYS - 1;
    const known = knownKeys[hash];
    if (known !== undefined && this.#isHere(known.bytes, length)) {
      this.#at = at + length;
      return known.text;
    }
    const text = this.#latin1(length);
    knownKeys[hash] = { bytes: Uint8Array.from(bytes.subarray(at, at + length)), text };
    return text;
  }

  /** Goes to the next multiple of 8. */
  align(): void {
    this.position = (this.position + 7) & ~7;
  }

  /** The bytes that aligned() wrote; a view, not a copy. */
  aligned(byteLength: number): Buffer {
    this.align();
    this.#at += byteLength;
    return this.#bytes.subarray(this.#at - byteLength, this.#at);
  }

  /** A reader for the bytes that aligned() wrote, which costs less than a view of them. */
  alignedPart(byteLength: number): ByteReader {
    this.align();
    const at = this.#at;
    this.#at = at + byteLength;
    return new ByteReader(this.#bytes, at);
  }

  /** Copies a few of the bytes that aligned() wrote. */
  alignedInto(target: Uint8Array): void {
    this.align();
    const bytes = this.#bytes;
    const at = this.#at;
    for (let i = 0; i < target.length; i++) target[i] = bytes[at + i] as number;
    this.#at = at + target.length;
  }

  #isHere(known: Uint8Array, length: number): boolean {
    if (known.length !== length) return false;
    const bytes = this.#bytes;
    const at = this.#at;
    for (let i = 0; i < length; i++) if (known[i] !== bytes[at + i]) return false;
    return true;
  }

  #ascii(length: number): string {
    if (length > CHUNKED_LENGTH) return this.#latin1(length);
    const bytes = this.#bytes;
    let at = this.#at;
    const end = at + length;
    this.#at = end;
    let text = '';
    for (; at + 4 <= end; at += 4) text += fourAscii(bytes, at);
    for (; at < end; at++) text += String.fromCharCode(bytes[at] as number);
    return text;
  }

  #latin1(length: number): string {
    this.#at += length;
    return this.#bytes.latin1Slice(this.#at - length, this.#at);
  }
}
