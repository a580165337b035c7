// Bytes of a message while it is written: a buffer that grows.
//
// Short strings are written by a loop, which beats a native call up to some thirty characters.
// Others are tried as ASCII by the platform's UTF-8 writer; what is not ASCII goes as two bytes a
// character, which keeps lone surrogates.
import {
  ASCII,
  DOUBLE,
  INT32,
  LONG_ASCII,
  LONG_KEY,
  SHORT_LENGTH,
  SMALL_INTEGER,
  TWO_BYTE,
} from '../format.ts';

/** Writers of strings that every Buffer has, and that @types/node does not tell. */
interface StringWriters {
  utf8Write(text: string, offset: number): number;
  latin1Write(text: string, offset: number): number;
  ucs2Write(text: string, offset: number): number;
}

/** Announces a count in four bytes. */
export const LONG_COUNT = 0xff;

/** Longer pieces are left where they are until the message is copied to its place. */
const PIECE_BYTES = 4096;
const FIRST_BYTES = 8192;
const KEPT_BYTES = 2 ** 20;
/** Offsets in a message are 32-bit integers. */
const MOST_BYTES = 2 ** 31 - 16;
// bench/wire.ts: up to here the loop wins.
const LOOP_LENGTH = 28;
/** And for bytes up to here. */
const COPY_LOOP_LENGTH = 48;
/**
 * Above it the text is measured before it is written, rather than have three bytes a character kept
 * free.
 */
const MEASURED_LENGTH = 65_536;

const double = new Float64Array(1);
const doubleBytes = new Uint8Array(double.buffer);

/**
 * A piece of a message that is not in the writer's buffer, and how much of that comes before it.
 */
interface Piece {
  readonly after: number;
  readonly bytes: Uint8Array;
}

/** A growing buffer with writers for the primitives of the format. */
export class ByteWriter {
  #bytes: Buffer & StringWriters = bufferOf(FIRST_BYTES);
  #length = 0;
  readonly #pieces: Piece[] = [];
  /** Bytes of all pieces together. */
  #pieceBytes = 0;

  get length(): number {
    return this.#length + this.#pieceBytes;
  }

  /** Forgets what was written beyond a length. */
  truncate(length: number): void {
    for (let last = this.#pieces.at(-1); last !== undefined; last = this.#pieces.at(-1)) {
      if (last.after + this.#pieceBytes <= length) break;
      this.#pieces.pop();
      this.#pieceBytes -= last.bytes.length;
    }
    this.#length = length - this.#pieceBytes;
  }

  /** Starts anew; a buffer that one great message has left is not kept. */
  clear(): void {
    this.#length = 0;
    if (this.#pieceBytes > 0) this.truncate(0);
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = bufferOf(FIRST_BYTES);
  }

  /** Keeps room for a header, whose first byte is 0. */
  begin(byteLength: number): void {
    this.#bytes[0] = 0;
    this.#length = byteLength;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** A number from 0 to 2^32 - 1 that is mostly small. */
  count(value: number): void {
    if (value < LONG_COUNT) return this.byte(value);
    this.byte(LONG_COUNT);
    this.uint32(value);
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#putUint32(value);
  }

  /** Writes over what is there already, before any piece. */
  setByte(offset: number, value: number): void {
    this.#bytes[offset] = value;
  }

  /** Writes over what is there already. */
  putUint32At(offset: number, value: number): void {
    const end = this.#length;
    this.#length = this.#inBuffer(offset);
    this.#putUint32(value);
    this.#length = end;
  }

  float64(value: number): void {
    this.#reserve(8);
    this.#putFloat64(value);
  }

  number(value: number): void {
    this.#reserve(9);
    if ((value | 0) === value && (value !== 0 || 1 / value > 0)) {
      if (value >= 0 && value < SMALL_INTEGER) {
        this.#bytes[this.#length++] = SMALL_INTEGER | value;
        return;
      }
      this.#bytes[this.#length++] = INT32;
      this.#putUint32(value);
      return;
    }
    this.#bytes[this.#length++] = DOUBLE;
    this.#putFloat64(value);
  }

  string(text: string): void {
    const { length } = text;
    if (length <= LOOP_LENGTH) {
      this.#reserve(2 + length);
      const start = this.#length;
      if (this.#putAscii(text, start + 2)) {
        this.#bytes[start] = ASCII;
        this.#bytes[start + 1] = length;
        this.#length = start + 2 + length;
        return;
      }
    }
    this.#longString(text);
  }

  /** A property key: a length byte and ASCII, or else a string value. */
  key(text: string): void {
    const { length } = text;
    if (length <= SHORT_LENGTH) {
      this.#reserve(1 + length);
      if (this.#putAscii(text, this.#length + 1)) {
        this.#bytes[this.#length] = length;
        this.#length += 1 + length;
        return;
      }
    }
    this.byte(LONG_KEY);
    this.string(text);
  }

  /**
   * Raw bytes from the next multiple of 8 on; they must not change before the message is copied.
   */
  aligned(source: Uint8Array): void {
    this.align();
    if (source.length >= PIECE_BYTES) {
      requireRoom(this.length + source.length);
      this.#pieces.push({ after: this.#length, bytes: source });
      this.#pieceBytes += source.length;
      return;
    }
    const { length } = source;
    this.#reserve(length);
    const bytes = this.#bytes;
    if (length > COPY_LOOP_LENGTH) bytes.set(source, this.#length);
    else for (let i = 0; i < length; i++) bytes[this.#length + i] = source[i] as number;
    this.#length += length;
  }

  /** Begins at the next multiple of 8. */
  align(): void {
    this.#reserve(8);
    this.#length += -this.length & 7;
  }

  /** Copies what was written. */
  copyTo(target: Uint8Array, offset: number): void {
    let from = 0;
    let to = offset;
    for (const { after, bytes } of this.#pieces) {
      this.#bytes.copy(target, to, from, after);
      to += after - from;
      target.set(bytes, to);
      to += bytes.length;
      from = after;
    }
    const bytes = this.#bytes;
    const length = this.#length - from;
    if (length > COPY_LOOP_LENGTH) bytes.copy(target, to, from, from + length);
    else for (let i = 0; i < length; i++) target[to + i] = bytes[from + i] as number;
  }

  /** Where in the buffer an offset of the message is. */
  #inBuffer(offset: number): number {
    let before = 0;
    for (const { after, bytes } of this.#pieces) {
      if (after + before >= offset) break;
      before += bytes.length;
    }
    return offset - before;
  }

  #longString(text: string): void {
    const { length } = text;
    const start = this.#length;
    if (length > MEASURED_LENGTH) {
      if (Buffer.byteLength(text) === length) {
        this.#reserve(5 + length);
        this.#bytes.latin1Write(text, start + 5);
        return this.#endString(LONG_ASCII, start, length);
      }
    } else {
      this.#reserve(5 + length * 3);
      if (this.#bytes.utf8Write(text, start + 5) === length) {
        return this.#endString(LONG_ASCII, start, length);
      }
    }
    this.#reserve(5 + length * 2);
    this.#bytes.ucs2Write(text, start + 5);
    this.#endString(TWO_BYTE, start, length * 2);
  }

  #endString(tag: number, start: number, byteLength: number): void {
    this.#bytes[start] = tag;
    this.#length = start + 1;
    this.#putUint32(byteLength);
    this.#length = start + 5 + byteLength;
  }

  #putAscii(text: string, offset: number): boolean {
    const bytes = this.#bytes;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      bytes[offset + i] = code;
    }
    return true;
  }

  #putUint32(value: number): void {
    const bytes = this.#bytes;
    const at = this.#length;
    bytes[at] = value;
    bytes[at + 1] = value >>> 8;
    bytes[at + 2] = value >>> 16;
    bytes[at + 3] = value >>> 24;
    this.#length = at + 4;
  }

  #putFloat64(value: number): void {
    double[0] = value;
    const bytes = this.#bytes;
    const at = this.#length;
    for (let i = 0; i < 8; i++) bytes[at + i] = doubleBytes[i] as number;
    this.#length = at + 8;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed > this.#bytes.length) this.#grow(needed);
  }

  #grow(needed: number): void {
    requireRoom(needed + this.#pieceBytes);
    const grown = bufferOf(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

function bufferOf(byteLength: number): Buffer & StringWriters {
  return Buffer.allocUnsafeSlow(byteLength) as Buffer & StringWriters;
}

function requireRoom(byteLength: number): void {
  if (byteLength <= MOST_BYTES) return;
  throw new RangeError(
    `Cannot encode the value as it takes more than ${MOST_BYTES} bytes\n` +
      'Send it in parts, or share it: views on a SharedArrayBuffer are not copied',
  );
}
