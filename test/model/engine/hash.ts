// Two 32-bit hashes side by side: 53 bits of them are the name of a state.

/** A hash that grows. */
export class Hash {
  a = 17;
  b = 31;

  set(a: number, b: number): void {
    this.a = a;
    this.b = b;
  }

  mix(value: number): void {
    this.a = (Math.imul(this.a, 1_000_003) ^ value) | 0;
    this.b = mixB(this.b, value);
  }
}

export function mixB(b: number, value: number): number {
  return (Math.imul(b ^ (value + 0x9e37_79b9), 0x85eb_ca6b) ^ (b >>> 13)) | 0;
}

const wide = new Float64Array(1);
const halves = new Int32Array(wide.buffer);

/** A number for a value that has no parts; the content of an array; null for any other object. */
export function digest(value: unknown): number | null {
  switch (typeof value) {
    case 'number':
      return (value | 0) === value ? value : digestWide(value);
    case 'boolean':
      return value ? 0x1111_0001 : 0x1111_0002;
    case 'undefined':
      return 0x1111_0003;
    case 'string':
      return digestText(value);
    case 'bigint':
      return digestText(String(value));
    default:
      break;
  }
  if (value === null) return 0x1111_0004;
  if (Array.isArray(value)) return digestAll(value);
  if (value instanceof Set || value instanceof Map) return digestAll([...value].flat());
  return null;
}

function digestAll(values: readonly unknown[]): number {
  let all = values.length + 0x2222_0000;
  for (const value of values) all = (Math.imul(all, 1_000_003) ^ (digest(value) ?? 0)) | 0;
  return all;
}

function digestWide(value: number): number {
  wide[0] = value;
  return Math.imul(halves[0] as number, 0x85eb_ca6b) ^ (halves[1] as number);
}

function digestText(text: string): number {
  let all = 0x3333_0000;
  for (let i = 0; i < text.length; i++) all = (Math.imul(all, 31) + text.charCodeAt(i)) | 0;
  return all;
}
