// The seam between heddle and shared memory: the only file that names `Atomics`.
//
// Every access to a shared cell goes through one of these functions, so that a test can put a
// double in their place and choose the order in which threads take their steps. V8 inlines them;
// they cost nothing (bench/lock.ts).
//
// `peek` and `poke` are plain accesses, for cells that are protected by a lock or published by a
// later atomic store.

/** The shared memory, as 32-bit cells. */
export type Cells = Int32Array<SharedArrayBuffer>;

/** How a wait came to its end. */
export type Awakening = 'ok' | 'not-equal' | 'timed-out';

export function load(cells: Cells, index: number): number {
  return Atomics.load(cells, index);
}

export function store(cells: Cells, index: number, value: number): void {
  Atomics.store(cells, index, value);
}

export function exchange(cells: Cells, index: number, value: number): number {
  return Atomics.exchange(cells, index, value);
}

/** Gives the value that was found; it was replaced when that is the expected one. */
export function compareExchange(
  cells: Cells,
  index: number,
  expected: number,
  replacement: number,
): number {
  return Atomics.compareExchange(cells, index, expected, replacement);
}

/** Adds and gives the value before. */
export function add(cells: Cells, index: number, amount: number): number {
  return Atomics.add(cells, index, amount);
}

/** Keeps the bits of the mask and gives the value before. */
export function and(cells: Cells, index: number, mask: number): number {
  return Atomics.and(cells, index, mask);
}

/** Sets the bits of the mask and gives the value before. */
export function or(cells: Cells, index: number, mask: number): number {
  return Atomics.or(cells, index, mask);
}

/** A plain load. */
export function peek(cells: Cells, index: number): number {
  return cells[index] as number;
}

/** A plain store. */
export function poke(cells: Cells, index: number, value: number): void {
  cells[index] = value;
}

/**
 * Blocks this thread while the cell holds `expected`, for at most `ms`; may end early without
 * cause.
 */
export function wait(cells: Cells, index: number, expected: number, ms: number): Awakening {
  return Atomics.wait(cells, index, expected, ms);
}

/**
 * The same without blocking: null when the cell holds another value already. Keeps no event loop
 * alive.
 */
export function waitAsync(
  cells: Cells,
  index: number,
  expected: number,
): Promise<Awakening> | null {
  const result = Atomics.waitAsync(cells, index, expected);
  return result.async ? result.value : null;
}

/** Wakes at most `count` of those who wait for the cell. */
export function notify(cells: Cells, index: number, count: number): void {
  Atomics.notify(cells, index, count);
}

/** A breath between two looks at a cell; tells the processor so, from Node 24 on. */
export const pause: () => void =
  typeof (Atomics as { pause?: () => void }).pause === 'function'
    ? (Atomics as unknown as { pause: () => void }).pause
    : () => {};

type Shared = SharedArrayBuffer;

/** Shared memory as numbers of any other width. */
export type WideCells =
  | Int8Array<Shared>
  | Uint8Array<Shared>
  | Int16Array<Shared>
  | Uint16Array<Shared>
  | Int32Array<Shared>
  | Uint32Array<Shared>
  | BigInt64Array<Shared>
  | BigUint64Array<Shared>;

type Element<V extends WideCells> = V extends { [index: number]: infer E } ? E : never;

/** The same on other widths, for the containers; `peek` and `poke` are for floating-point slots. */
export const wide = {
  load<V extends WideCells>(view: V, index: number): Element<V> {
    return Atomics.load(view as Cells, index) as Element<V>;
  },
  store<V extends WideCells>(view: V, index: number, value: Element<V>): void {
    Atomics.store(view as Cells, index, value as number);
  },
  add<V extends WideCells>(view: V, index: number, amount: Element<V>): Element<V> {
    return Atomics.add(view as Cells, index, amount as number) as Element<V>;
  },
  compareExchange<V extends WideCells>(
    view: V,
    index: number,
    expected: Element<V>,
    replacement: Element<V>,
  ): Element<V> {
    return Atomics.compareExchange(
      view as Cells,
      index,
      expected as number,
      replacement as number,
    ) as Element<V>;
  },
  peek(view: Float64Array<Shared>, index: number): number {
    return view[index] as number;
  },
  poke(view: Float64Array<Shared>, index: number, value: number): void {
    view[index] = value;
  },
};
