// The public surface of heddle/queue. Written by `npm run api`: a diff here is a decision.

export interface AsyncOptions {
    readonly timeout?: Duration | undefined;
    readonly signal?: AbortSignal | undefined;
}

export interface BlockingOptions {
    readonly blocking?: boolean | undefined;
    readonly timeout?: Duration | undefined;
}

export type Duration = number | `${number}ms` | `${number}s` | `${number}m` | `${number}h`;

export declare class Empty extends HeddleError {
    readonly code: 'ERR_HEDDLE_QUEUE_EMPTY';
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

export declare class LifoQueue<T> extends Queue<T> {
}

export declare class PriorityQueue<T> extends Queue<T> {
}

export declare class Queue<T> extends SharedObject implements AsyncIterable<T>, Iterable<T> {
    #private;
    constructor(maxsize?: number, options?: QueueOptions);
    get maxsize(): number;
    set maxsize(maxsize: number);
    get isShutdown(): boolean;
    get unfinishedTasks(): number;
    put(item: T, options?: BlockingOptions): void;
    putNowait(item: T): void;
    putAsync(item: T, options?: AsyncOptions): Promise<void>;
    get(options?: BlockingOptions): T;
    getNowait(): T;
    getAsync(options?: AsyncOptions): Promise<T>;
    qsize(): number;
    empty(): boolean;
    full(): boolean;
    taskDone(): void;
    join(): void;
    joinAsync(options?: AsyncOptions): Promise<void>;
    shutdown(immediate?: boolean): void;
    [Symbol.iterator](): Generator<T, void, undefined>;
    [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined>;
}

export interface QueueOptions {
    readonly name?: string | undefined;
}

export declare class ShutDown extends HeddleError {
    readonly code: 'ERR_HEDDLE_QUEUE_SHUT_DOWN';
}

export declare class SimpleQueue<T> extends SharedObject {
    #private;
    constructor(options?: QueueOptions);
    put(item: T): void;
    putNowait(item: T): void;
    get(options?: BlockingOptions): T;
    getNowait(): T;
    getAsync(options?: AsyncOptions): Promise<T>;
    qsize(): number;
    empty(): boolean;
}

export declare class TimeoutError extends HeddleError {
}

export declare class TransferError extends HeddleError {
}

// Not exported, but mentioned above.
declare class Base {
    constructor(standIn: object | undefined);
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
