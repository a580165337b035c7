// A module that the cases import from: exports of every form, and things that it does not export.
import { basename } from 'node:path';

export interface Case {
  readonly name: string;
  // Cases have targets of every type.
  readonly target: (...args: never[]) => unknown;
  readonly args?: readonly unknown[];
  readonly want?: unknown;
  /** Code of the TransferError, without ERR_HEDDLE_. */
  readonly error?: string;
}

export interface Point {
  a: number;
}

export const K: number = 7;

export function helper(p: Point): number {
  return p.a * K + basename('/x/yy').length;
}

export class Vec {
  x: number;
  y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
  len(): number {
    return Math.hypot(this.x, this.y);
  }
  static of(x: number): Vec {
    return new Vec(x, 0);
  }
}

// oxlint-disable-next-line no-default-export -- what is imported as default is among the cases
export default function plusOne(n: number): number {
  return n + 1;
}

function secret(n: number): number {
  return n * 100 + K;
}

type OfNumber = (n: number) => number;

export const tools: { secret: OfNumber; arrow: OfNumber } = {
  secret,
  arrow: (n) => secret(n) + 1,
};
export const wrapped: OfNumber = (
  (f: (n: number) => number) =>
  (n: number): number =>
    f(n)
)(secret);
export const asyncDouble = async (n: number): Promise<number> => n * 2;
