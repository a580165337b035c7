// What the tests of pools run in workers.

export function add(a: number, b: number): number {
  return a + b;
}

export function square(n: number): number {
  return n * n;
}

export function fail(message: string): never {
  throw new RangeError(message);
}

export function leave(code: number): never {
  return process.exit(code);
}
