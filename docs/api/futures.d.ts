// The public surface of heddle/futures. Written by `npm run api`: a diff here is a decision.

export declare class BrokenExecutor extends RuntimeError {
}

export type Callable<A extends readonly unknown[] = readonly any[], R = unknown> = (...args: A) => R;

export declare class CancelledError extends HeddleError {
}

export type Duration = number | `${number}ms` | `${number}s` | `${number}m` | `${number}h`;

export declare abstract class Executor extends SharedObject implements Disposable, AsyncDisposable {
    #private;
    protected constructor(sort: ExecutorSort, options: ExecutorOptions);
    submit<A extends readonly unknown[], R>(fn: Callable<A, R>, ...args: A): Future<Awaited<R>>;
    map<A extends readonly unknown[], R>(fn: Callable<A, R>, iterables: {
        [I in keyof A]: Iterable<A[I]>;
    }, options?: ExecutorMapOptions): IterableIterator<Awaited<R>> & AsyncIterable<Awaited<R>>;
    shutdown(options?: ShutdownOptions): void;
    shutdownAsync(options?: {
        cancelFutures?: boolean | undefined;
    }): Promise<void>;
    [Symbol.dispose](): void;
    [Symbol.asyncDispose](): Promise<void>;
}

export interface ExecutorMapOptions {
    timeout?: Duration | undefined;
    chunksize?: number | undefined;
    buffersize?: number | undefined;
}

export interface ExecutorOptions extends Pick<PoolOptions, 'initializer' | 'initargs' | 'name'> {
    readonly maxWorkers?: number | undefined;
    readonly maxTasksPerChild?: number | undefined;
    readonly threadNamePrefix?: string | undefined;
}

export declare class Future<R> implements PromiseLike<R> {
    #private;
    constructor(source: FutureSource);
    result(timeout?: Duration): R;
    exception(timeout?: Duration): unknown;
    cancel(): boolean;
    cancelled(): boolean;
    running(): boolean;
    done(): boolean;
    addDoneCallback(fn: (future: Future<R>) => void): void;
    then<V = R, E = never>(onfulfilled?: ((value: R) => V | PromiseLike<V>) | null, onrejected?: ((reason: unknown) => E | PromiseLike<E>) | null): Promise<V | E>;
}

export declare class HeddleError extends Error {
    readonly code: string;
    constructor(message?: string, options?: {
        cause?: unknown;
        code?: string;
    });
}

export declare class InvalidStateError extends HeddleError {
}

export declare class ProcessPoolExecutor extends Executor {
    constructor(options?: ExecutorOptions);
}

export type ReturnWhen = 'FIRST_COMPLETED' | 'FIRST_EXCEPTION' | 'ALL_COMPLETED';

export declare class RuntimeError extends HeddleError {
}

export interface ShutdownOptions {
    wait?: boolean | undefined;
    cancelFutures?: boolean | undefined;
}

export declare class ThreadPoolExecutor extends Executor {
    constructor(options?: ExecutorOptions);
}

export declare class TimeoutError extends HeddleError {
}

export declare class TransferError extends HeddleError {
}

export interface WaitOptions {
    timeout?: Duration | undefined;
    returnWhen?: ReturnWhen | undefined;
}

export interface Waited<R> {
    readonly done: Set<Future<R>>;
    readonly notDone: Set<Future<R>>;
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

export declare function asCompleted<R>(futures: Iterable<Future<R>>, options?: {
    timeout?: Duration | undefined;
}): IterableIterator<Future<R>> & AsyncIterable<Future<R>>;

export declare function wait<R>(futures: Iterable<Future<R>>, options?: WaitOptions): Waited<R>;

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

export declare class Mailbox {
    #private;
    readonly handle: number;
    constructor(home: Arena);
    enter(job: Job): number;
    leave(job: number): void;
    wait(test: () => boolean, deadlineMs: number): boolean;
    collect(): void;
}

export declare class PoolState extends SharedObject {
    readonly handle: number;
    constructor(shape: PoolShape);
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

export interface ExecutorSort {
    readonly kind: number;
    readonly name: string;
    readonly mostWorkers: number;
    readonly backend: () => Backend;
}

export interface FutureSource {
    readonly mailbox: Mailbox;
    cancel(): boolean;
    isRunning(): boolean;
}

export interface Job {
    readonly pool: number;
    readonly receive: (part: Part) => boolean;
    readonly lose: () => void;
}

export interface Part {
    readonly base: number;
    readonly place: number;
    readonly count: number;
    readonly outcome: number;
    readonly value: unknown;
    readonly spentMs: number;
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

export type StartWorker = (order: WorkerOrder) => BackendWorker;
