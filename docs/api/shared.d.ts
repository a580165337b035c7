// The public surface of heddle/shared. Written by `npm run api`: a diff here is a decision.

export declare class HeddleError extends Error {
    readonly code: string;
    constructor(message?: string, options?: {
        cause?: unknown;
        code?: string;
    });
}

export type Key = string | number | bigint | boolean | null;

export declare function Namespace<T extends object>(initial?: T): T;

export declare class RuntimeError extends HeddleError {
}

export declare function SharedArray<K extends Exclude<ValueKind, 'bool'>>(kind: K, lengthOrValues: number | Iterable<ValueOf<K>>): TypedArrayOf<K>;

export declare class SharedDict<K extends Key, V> extends Container implements Iterable<[K, V]> {
    #private;
    constructor(source?: Iterable<readonly [K, V]> | Record<string, V>);
    get size(): number;
    get(key: K): V | undefined;
    get<D>(key: K, fallback: D): V | D;
    set(key: K, value: V): this;
    has(key: K): boolean;
    delete(key: K): boolean;
    clear(): void;
    keys(): ArrayIterator<K>;
    values(): ArrayIterator<V>;
    items(): ArrayIterator<[K, V]>;
    entries(): ArrayIterator<[K, V]>;
    [Symbol.iterator](): ArrayIterator<[K, V]>;
    forEach(fn: (value: V, key: K) => void): void;
    setdefault(key: K, value: V): V;
    pop(key: K): V | undefined;
    popitem(): [K, V] | undefined;
    update(key: K, fn: (current: V | undefined) => V): V;
    merge(source: Iterable<readonly [K, V]> | Record<string, V>): void;
    toObject(): Record<string, V>;
    toMap(): Map<K, V>;
    toJSON(): Record<string, V>;
}

export declare class SharedList<T> extends Container implements Iterable<T> {
    #private;
    constructor(values?: Iterable<T>);
    get length(): number;
    push(...values: T[]): number;
    pop(index?: number): T | undefined;
    shift(): T | undefined;
    insert(index: number, item: T): void;
    at(index: number): T | undefined;
    set(index: number, item: T): void;
    delete(index: number): void;
    indexOf(item: T): number;
    includes(item: T): boolean;
    sort(compare?: (a: T, b: T) => number): this;
    reverse(): this;
    clear(): void;
    slice(start?: number, end?: number): T[];
    toArray(): T[];
    toJSON(): T[];
    [Symbol.iterator](): ArrayIterator<T>;
    append(item: T): void;
    extend(values: Iterable<T>): void;
    remove(item: T): void;
    index(item: T): number;
    count(item: T): number;
}

export declare class TransferError extends HeddleError {
}

export type TypedArrayOf<K extends Exclude<ValueKind, 'bool'>> = {
    i8: Int8Array<SharedArrayBuffer>;
    u8: Uint8Array<SharedArrayBuffer>;
    i16: Int16Array<SharedArrayBuffer>;
    u16: Uint16Array<SharedArrayBuffer>;
    i32: Int32Array<SharedArrayBuffer>;
    u32: Uint32Array<SharedArrayBuffer>;
    i64: BigInt64Array<SharedArrayBuffer>;
    u64: BigUint64Array<SharedArrayBuffer>;
    f32: Float32Array<SharedArrayBuffer>;
    f64: Float64Array<SharedArrayBuffer>;
}[K];

export declare class Value<K extends ValueKind = 'f64'> extends SharedObject {
    #private;
    constructor(kind: K, initial?: ValueOf<K>);
    get value(): ValueOf<K>;
    set value(value: ValueOf<K>);
    add(n: ValueOf<K>): ValueOf<K>;
    compareExchange(expected: ValueOf<K>, replacement: ValueOf<K>): ValueOf<K>;
    update(fn: (current: ValueOf<K>) => ValueOf<K>): ValueOf<K>;
}

export type ValueKind = 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'i64' | 'u64' | 'f32' | 'f64' | 'bool';

export type ValueOf<K extends ValueKind> = K extends 'i64' | 'u64' ? bigint : K extends 'bool' ? boolean : number;

// Not exported, but mentioned above.
declare class Base {
    constructor(standIn: object | undefined);
}

export declare abstract class Container extends SharedObject {
    #private;
    protected constructor(birth: Birth, enter: (handle: number) => void);
    transaction<R>(body: (container: this) => R): R;
}

export declare abstract class SharedObject extends Base {
    #private;
    protected constructor(birth: Birth);
}

export declare class Arena {
    readonly memory: SharedArrayBuffer;
    readonly cells: Cells;
    readonly bytes: Buffer<SharedArrayBuffer>;
    readonly numbers: Float64Array<SharedArrayBuffer>;
    slot: number;
    tid: number;
    readonly base: number;
    readonly end: number;
    unlocked: (<T>(call: () => T) => T) | null;
    constructor(memory: SharedArrayBuffer, base?: number, end?: number);
    format(): void;
    wait(index: number, value: number, ms: number): Awakening;
    notify(index: number, count: number): void;
    expectRing(): void;
    ring(slot: number): void;
    pause(): void;
    offsetOf(index: number): number;
    slotOf(tid: number): number;
}

export interface Birth {
    readonly kind: number;
    readonly home?: Arena | undefined;
    readonly byteLength: number;
    readonly given: unknown;
    readonly module?: boolean;
    readonly standIn?: {
        readonly object: object;
        readonly maker: NewableFunction;
    };
    readonly isDiscardable?: boolean;
    readonly init: (handle: number) => void;
}

export type Awakening = 'ok' | 'not-equal' | 'timed-out';

export type Cells = Int32Array<SharedArrayBuffer>;
