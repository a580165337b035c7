// The public surface of heddle/multiprocessing. Written by `npm run api`: a diff here is a decision.

export declare class AbandonedLockError extends HeddleError {
    readonly owner: string;
    constructor(message?: string, options?: {
        owner?: string;
        cause?: unknown;
    });
}

// Array, declared as:
export declare function SharedArray<K extends Exclude<ValueKind, 'bool'>>(kind: K, lengthOrValues: number | Iterable<ValueOf<K>>): TypedArrayOf<K>;

export interface AsyncOptions {
    readonly timeout?: Duration | undefined;
    readonly signal?: AbortSignal | undefined;
}

export declare class AsyncResult<R> implements PromiseLike<R> {
    #private;
    constructor(source: ResultSource, callbacks?: Callbacks);
    get(timeout?: Duration): R;
    wait(timeout?: Duration): boolean;
    ready(): boolean;
    successful(): boolean;
    cancel(): boolean;
    then<V = R, E = never>(onfulfilled?: ((value: R) => V | PromiseLike<V>) | null, onrejected?: ((reason: unknown) => E | PromiseLike<E>) | null): Promise<V | E>;
}

export declare class Barrier extends threading.Barrier {
}

export interface BlockingOptions {
    readonly blocking?: boolean | undefined;
    readonly timeout?: Duration | undefined;
}

export declare class BoundedSemaphore extends threading.BoundedSemaphore {
}

export declare class BrokenBarrierError extends RuntimeError {
}

export type Callable<A extends readonly unknown[] = readonly any[], R = unknown> = (...args: A) => R;

export declare class Condition extends threading.Condition {
    constructor(lock?: threading.Lock | threading.RLock, options?: NamedOptions);
}

export declare class Connection extends SharedObject implements Disposable {
    #private;
    send(value: unknown): void;
    sendBytes(bytes: Uint8Array): void;
    recv(): unknown;
    recvBytes(maxLength?: number): Uint8Array;
    recvAsync(options?: AsyncOptions): Promise<unknown>;
    poll(timeout?: Duration): boolean;
    close(): void;
    get closed(): boolean;
    get readable(): boolean;
    get writable(): boolean;
    [Symbol.dispose](): void;
    [Symbol.asyncIterator](): AsyncIterator<unknown>;
}

export interface CurrentTask {
    readonly signal: AbortSignal;
    readonly id: number;
    readonly worker: string;
    readonly attempt: number;
}

export declare class DeadlockError extends HeddleError {
    readonly cycle: readonly string[];
    constructor(message?: string, options?: {
        cycle?: readonly string[];
        cause?: unknown;
    });
}

export type Duration = number | `${number}ms` | `${number}s` | `${number}m` | `${number}h`;

export declare class EOFError extends HeddleError {
    readonly code: 'ERR_HEDDLE_EOF';
}

export declare class Empty extends HeddleError {
    readonly code: 'ERR_HEDDLE_QUEUE_EMPTY';
}

export declare class Event extends threading.Event {
}

export declare class Full<T = unknown> extends HeddleError {
    readonly code: 'ERR_HEDDLE_QUEUE_FULL';
    readonly item: T;
    constructor(message?: string, options?: {
        item?: T;
        cause?: unknown;
    });
}

export declare class HeddleError extends Error {
    readonly code: string;
    constructor(message?: string, options?: {
        cause?: unknown;
        code?: string;
    });
}

// JoinableQueue, declared as:
export declare class Queue<T> extends queue.Queue<T> {
}

export interface LazyOptions<R> extends MapOptions<R> {
    readonly buffersize?: number | undefined;
}

export declare class LifoQueue<T> extends queue.LifoQueue<T> {
}

export declare class Lock extends threading.Lock {
}

export declare function Manager(): SyncManager;

export interface MapOptions<R> extends TaskOptions<R[]> {
    readonly chunksize?: number | undefined;
    readonly progress?: boolean | ((done: number, total: number | null) => void) | undefined;
}

export interface Percentiles {
    readonly p50: number;
    readonly p90: number;
    readonly p99: number;
    readonly max: number;
}

export declare function Pipe(options?: {
    readonly duplex?: boolean | undefined;
}): [Connection, Connection];

export declare class Pool extends BasePool {
    constructor(processes?: number, options?: PoolOptions);
}

export declare class PoolIterator<R> implements IterableIterator<R, undefined>, AsyncIterable<R> {
    #private;
    constructor(order: Order, iterable: unknown, isOrdered: boolean);
    next(timeout?: Duration): IteratorResult<R, undefined>;
    return(): IteratorResult<R, undefined>;
    [Symbol.iterator](): this;
    [Symbol.asyncIterator](): AsyncIterableIterator<R, undefined>;
}

export interface PoolOptions {
    readonly initializer?: Callable | undefined;
    readonly initargs?: readonly unknown[] | undefined;
    readonly maxtasksperchild?: number | undefined;
    readonly maxMemoryPerChild?: number | undefined;
    readonly maxQueue?: number | undefined;
    readonly retries?: number | undefined;
    readonly name?: string | undefined;
}

export interface PoolStats {
    readonly workers: number;
    readonly waiting: number;
    readonly running: number;
    readonly completed: number;
    readonly failed: number;
    readonly waitSeconds: Percentiles;
    readonly runSeconds: Percentiles;
}

export declare class PriorityQueue<T> extends queue.PriorityQueue<T> {
}

export declare class Process<A extends readonly unknown[] = readonly any[]> extends SharedObject {
    #private;
    constructor(options: ProcessOptions<A>);
    start(): this;
    join(timeout?: Duration): boolean;
    joinAsync(options?: AsyncOptions): Promise<boolean>;
    isAlive(): boolean;
    terminate(): void;
    kill(): void;
    interrupt(): void;
    close(): void;
    get name(): string;
    set name(name: string);
    get daemon(): boolean;
    set daemon(daemon: boolean);
    setDaemon(daemon: boolean): void;
    get pid(): number | null;
    get exitcode(): number | null;
    get state(): State;
    get resourceUsage(): {
        cpuSeconds: number;
        rssBytes: number;
    };
}

export type ProcessOptions<A extends readonly unknown[]> = CommonOptions<A> & ([] extends A ? {
    readonly args?: A | undefined;
} : {
    readonly args: A;
});

export declare class Queue<T> extends queue.Queue<T> {
}

export declare class RLock extends threading.RLock {
}

export declare class RWLock extends threading.RWLock {
}

export declare class RuntimeError extends HeddleError {
}

export declare class Semaphore extends threading.Semaphore {
}

export type Shareable = number | bigint | boolean | string | Uint8Array | null;

export declare class ShareableList<T extends Shareable = Shareable> implements Iterable<T> {
    #private;
    constructor(values?: Iterable<T>, options?: {
        readonly name?: string | undefined;
    });
    get length(): number;
    get shm(): SharedMemory;
    get(index: number): T;
    set(index: number, value: T): void;
    [Symbol.iterator](): Iterator<T>;
}

export declare class SharedMemory implements Disposable {
    #private;
    constructor(options: {
        readonly name?: string | undefined;
        readonly create?: boolean | undefined;
        readonly size?: number | undefined;
    });
    get name(): string;
    get size(): number;
    get buf(): Uint8Array<SharedArrayBuffer>;
    close(): void;
    unlink(): void;
    [Symbol.dispose](): void;
}

export declare class ShutDown extends HeddleError {
    readonly code: 'ERR_HEDDLE_QUEUE_SHUT_DOWN';
}

export declare class SimpleQueue<T> extends queue.SimpleQueue<T> {
}

export type State = 'initial' | 'ready' | 'running' | 'waiting' | 'terminated';

export declare class SyncManager implements Disposable {
    #private;
    readonly address: null;
    dict<K extends Key = string, V = unknown>(entries?: Iterable<readonly [K, V]> | Record<string, V>): SharedDict<K, V>;
    list<T = unknown>(values?: Iterable<T>): SharedList<T>;
    Namespace<T extends object = Record<string, unknown>>(initial?: T): T;
    get Value(): CallableValue;
    get Array(): typeof SharedArray;
    Lock(): locks.Lock;
    RLock(): locks.RLock;
    Condition(lock?: locks.Lock | locks.RLock): locks.Condition;
    Semaphore(value?: number): locks.Semaphore;
    BoundedSemaphore(value?: number): locks.BoundedSemaphore;
    Event(): locks.Event;
    Barrier(parties: number): locks.Barrier;
    Queue<T = unknown>(maxsize?: number): Queue<T>;
    JoinableQueue<T = unknown>(maxsize?: number): Queue<T>;
    Pool(processes?: number, options?: PoolOptions): Pool;
    shutdown(): void;
    [Symbol.dispose](): void;
}

export interface TaskOptions<R> {
    readonly callback?: ((result: R) => void) | undefined;
    readonly errorCallback?: ((error: unknown) => void) | undefined;
    readonly timeout?: Duration | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly grace?: Duration | undefined;
    readonly priority?: number | undefined;
    readonly transfer?: readonly ArrayBuffer[] | undefined;
}

export declare class ThreadPool extends BasePool {
    constructor(processes?: number, options?: PoolOptions);
}

export declare class TimeoutError extends HeddleError {
}

export declare class TransferError extends HeddleError {
}

export declare class Value<K extends ValueKind = 'f64'> extends shared.Value<K> {
}

export declare class WorkerDiedError extends HeddleError {
    readonly exitCode: number | null;
    readonly signal: string | null;
    constructor(message?: string, options?: {
        exitCode?: number | null;
        signal?: string | null;
        cause?: unknown;
    });
}

export declare function activeChildren(): Process[];

export declare function cpuCount(): number;

export declare function currentProcess(): Process;

export declare function currentTask(): CurrentTask | null;

export declare function parentProcess(): Process | null;

export declare function wait<T extends object>(objects: Iterable<T>, timeout?: Duration): T[];

// Not exported, but mentioned above.
declare class Base {
    constructor(standIn: object | undefined);
}

export declare abstract class BasePool extends SharedObject implements Disposable, AsyncDisposable {
    #private;
    protected constructor(sort: PoolSort, processes: number | undefined, options: PoolOptions);
    apply<A extends readonly unknown[], R>(func: Callable<A, R>, args?: A, options?: TaskOptions<Awaited<R>>): Awaited<R>;
    applyAsync<A extends readonly unknown[], R>(func: Callable<A, R>, args?: A, options?: TaskOptions<Awaited<R>>): AsyncResult<Awaited<R>>;
    map<T, R>(func: (item: T) => R, iterable: Iterable<T>, options?: MapOptions<Awaited<R>>): Awaited<R>[];
    mapAsync<T, R>(func: (item: T) => R, iterable: Iterable<T> | AsyncIterable<T>, options?: MapOptions<Awaited<R>>): AsyncResult<Awaited<R>[]>;
    starmap<A extends readonly unknown[], R>(func: Callable<A, R>, iterable: Iterable<A>, options?: MapOptions<Awaited<R>>): Awaited<R>[];
    starmapAsync<A extends readonly unknown[], R>(func: Callable<A, R>, iterable: Iterable<A>, options?: MapOptions<Awaited<R>>): AsyncResult<Awaited<R>[]>;
    imap<T, R>(func: (item: T) => R, iterable: Iterable<T> | AsyncIterable<T>, options?: LazyOptions<Awaited<R>>): PoolIterator<Awaited<R>>;
    imapUnordered<T, R>(func: (item: T) => R, iterable: Iterable<T> | AsyncIterable<T>, options?: LazyOptions<Awaited<R>>): PoolIterator<Awaited<R>>;
    close(): void;
    terminate(): void;
    join(): void;
    joinAsync(): Promise<void>;
    get stats(): PoolStats;
    [Symbol.dispose](): void;
    [Symbol.asyncDispose](): Promise<void>;
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

export declare class PoolState extends SharedObject {
    readonly handle: number;
    constructor(shape: PoolShape);
}

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

export interface Backend {
    readonly home: Arena;
    readonly start: StartWorker;
}

export interface BackendWorker {
    readonly ended: Promise<WorkerEnd>;
    readonly stop: () => void;
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

export interface Callbacks {
    readonly callback: ((result: never) => void) | undefined;
    readonly errorCallback: ((error: unknown) => void) | undefined;
}

export interface NamedOptions {
    readonly name?: string | undefined;
}

export interface Order {
    readonly state: number;
    readonly pool: object;
    readonly func: (...args: never[]) => unknown;
    readonly form: number;
    readonly terms: Terms;
}

export interface PoolShape {
    readonly home: Arena;
    readonly name: string;
    readonly prefix: string;
    readonly firstNumber: number;
    readonly size: number;
    readonly initializer: number;
    readonly mostTasks: number;
    readonly mostKib: number;
    readonly mostWaiting: number;
    readonly retries: number;
    readonly isFragile: boolean;
}

export interface PoolSort {
    readonly kind: number;
    readonly name: string;
    readonly backend: () => Backend;
    readonly isLocal: boolean;
    readonly labels?: {
        readonly prefix: string;
        readonly firstNumber: number;
    };
    readonly isFragile?: boolean;
}

export interface ResultSource {
    readonly wait: (test: () => boolean, deadlineMs: number) => void;
    readonly cancel: () => boolean;
}

export interface Teller {
    readonly begin: (total: number | null) => void;
    readonly tell: (done: number, total: number | null) => void;
    readonly end: () => void;
}

export interface Terms {
    readonly callback: ((result: never) => void) | undefined;
    readonly errorCallback: ((error: unknown) => void) | undefined;
    readonly progress: Teller | undefined;
    readonly signal: AbortSignal | undefined;
    readonly timeoutMs: number;
    readonly graceMs: number;
    readonly rank: number;
    readonly transfer: readonly ArrayBuffer[];
    readonly chunksize: number;
    readonly buffersize: number;
}

export interface WorkerEnd {
    readonly exitCode: number | null;
    readonly signal: string | null;
    readonly cause?: unknown;
}

export interface WorkerOrder {
    readonly name: string;
    readonly state: PoolState;
    readonly index: number;
    readonly isFresh: boolean;
}

export type Awakening = 'ok' | 'not-equal' | 'timed-out';

export type Cells = Int32Array<SharedArrayBuffer>;

export type Key = string | number | bigint | boolean | null;

export type StartWorker = (order: WorkerOrder) => BackendWorker;

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

export type ValueKind = 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'i64' | 'u64' | 'f32' | 'f64' | 'bool';

export type ValueOf<K extends ValueKind> = K extends 'i64' | 'u64' ? bigint : K extends 'bool' ? boolean : number;

interface CommonOptions<A extends readonly unknown[]> {
    readonly target: Callable<A>;
    readonly name?: string | undefined;
    readonly daemon?: boolean | undefined;
    readonly env?: Readonly<Record<string, string>> | undefined;
    readonly cwd?: string | undefined;
    readonly execArgv?: readonly string[] | undefined;
}

type CallableValue = typeof Value & (<K extends ValueKind = 'f64'>(kind: K, initial?: ValueOf<K>) => Value<K>);
