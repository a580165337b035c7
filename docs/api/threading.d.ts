// The public surface of heddle/threading. Written by `npm run api`: a diff here is a decision.

export declare class AbandonedLockError extends HeddleError {
    readonly owner: string;
    constructor(message?: string, options?: {
        owner?: string;
        cause?: unknown;
    });
}

export interface AsyncOptions {
    readonly timeout?: Duration | undefined;
    readonly signal?: AbortSignal | undefined;
}

export declare class Barrier extends SharedObject {
    #private;
    constructor(parties: number, options?: BarrierOptions);
    get parties(): number;
    get nWaiting(): number;
    get broken(): boolean;
    wait(timeout?: Duration): number;
    waitAsync(options?: AsyncOptions): Promise<number>;
    reset(): void;
    abort(): void;
}

export interface BarrierOptions extends NamedOptions {
    readonly action?: (() => void) | undefined;
    readonly timeout?: Duration | undefined;
}

export interface BlockingOptions {
    readonly blocking?: boolean | undefined;
    readonly timeout?: Duration | undefined;
}

export declare class BoundedSemaphore extends Semaphore {
}

export declare class BrokenBarrierError extends RuntimeError {
}

export type Callable<A extends readonly unknown[] = readonly any[], R = unknown> = (...args: A) => R;

export declare class Condition extends SharedObject implements LockLike {
    #private;
    constructor(lock?: Lock | RLock, options?: NamedOptions);
    acquire(options?: BlockingOptions): boolean;
    acquireAsync(options?: AsyncOptions): Promise<boolean>;
    release(): void;
    locked(): boolean;
    guard(options?: BlockingOptions): Guard;
    guardAsync(options?: AsyncOptions): Promise<Guard>;
    with<T>(body: () => T): T;
    withAsync<T>(body: () => Promise<T> | T, options?: AsyncOptions): Promise<T>;
    wait(timeout?: Duration): boolean;
    waitAsync(options?: AsyncOptions): Promise<boolean>;
    waitFor<T>(predicate: () => T, timeout?: Duration): T;
    waitForAsync<T>(predicate: () => T, options?: AsyncOptions): Promise<T>;
    notify(n?: number): void;
    notifyAll(): void;
}

export declare class DeadlockError extends HeddleError {
    readonly cycle: readonly string[];
    constructor(message?: string, options?: {
        cycle?: readonly string[];
        cause?: unknown;
    });
}

export type Duration = number | `${number}ms` | `${number}s` | `${number}m` | `${number}h`;

export declare class Event extends SharedObject {
    #private;
    constructor(options?: NamedOptions);
    isSet(): boolean;
    set(): void;
    clear(): void;
    wait(timeout?: Duration): boolean;
    waitAsync(options?: AsyncOptions): Promise<boolean>;
}

export interface ExceptHookArgs {
    error: unknown;
    thread: Thread;
}

export interface Gil {
    readonly enabled: boolean;
    enable(): void;
    getSwitchInterval(): number;
    setSwitchInterval(interval: Duration): void;
}

export interface Guard extends Disposable {
    [Symbol.dispose](): void;
}

export declare class HeddleError extends Error {
    readonly code: string;
    constructor(message?: string, options?: {
        cause?: unknown;
        code?: string;
    });
}

export declare class Local<T extends object = Record<string, unknown>> extends SharedObject {
    #private;
    constructor(init?: () => T);
    get value(): T;
}

export declare class Lock extends SharedObject implements LockLike {
    #private;
    constructor(options?: NamedOptions);
    acquire(options?: BlockingOptions): boolean;
    acquireAsync(options?: AsyncOptions): Promise<boolean>;
    release(): void;
    locked(): boolean;
    guard(options?: BlockingOptions): Guard;
    guardAsync(options?: AsyncOptions): Promise<Guard>;
    with<T>(body: () => T): T;
    withAsync<T>(body: () => Promise<T> | T, options?: AsyncOptions): Promise<T>;
}

export interface LockLike {
    acquire(options?: BlockingOptions): boolean;
    release(): void;
    locked(): boolean;
    guard(options?: BlockingOptions): Guard;
    with<T>(body: () => T): T;
    withAsync<T>(body: () => Promise<T> | T, options?: AsyncOptions): Promise<T>;
}

export interface LockSide extends LockLike {
    acquireAsync(options?: AsyncOptions): Promise<boolean>;
    guardAsync(options?: AsyncOptions): Promise<Guard>;
}

export interface NamedOptions {
    readonly name?: string | undefined;
}

export declare class RLock extends SharedObject implements LockLike {
    #private;
    constructor(options?: NamedOptions);
    acquire(options?: BlockingOptions): boolean;
    release(): void;
    locked(): boolean;
    guard(options?: BlockingOptions): Guard;
    guardAsync(options?: AsyncOptions): Promise<Guard>;
    with<T>(body: () => T): T;
    withAsync<T>(body: () => Promise<T> | T, options?: AsyncOptions): Promise<T>;
}

export declare class RWLock extends SharedObject {
    readonly read: LockSide;
    readonly write: LockSide;
    constructor(options?: NamedOptions);
}

export declare class RuntimeError extends HeddleError {
}

export declare class Semaphore extends SharedObject {
    #private;
    constructor(value?: number, options?: NamedOptions);
    acquire(options?: BlockingOptions): boolean;
    acquireAsync(options?: AsyncOptions): Promise<boolean>;
    release(n?: number): void;
    guard(options?: BlockingOptions): Guard;
    guardAsync(options?: AsyncOptions): Promise<Guard>;
    with<T>(body: () => T): T;
    withAsync<T>(body: () => Promise<T> | T, options?: AsyncOptions): Promise<T>;
    get value(): number;
}

export type State = 'initial' | 'ready' | 'running' | 'waiting' | 'terminated';

export declare class Thread<A extends readonly unknown[] = readonly any[], R = any> extends SharedObject {
    #private;
    constructor(options: ThreadOptions<A, R>);
    start(): this;
    join(timeout?: Duration): boolean;
    joinAsync(options?: AsyncOptions): Promise<boolean>;
    result(timeout?: Duration): Awaited<R>;
    resultAsync(options?: AsyncOptions): Promise<Awaited<R>>;
    terminate(grace?: Duration): void;
    get signal(): AbortSignal;
    isAlive(): boolean;
    get name(): string;
    set name(name: string);
    get daemon(): boolean;
    set daemon(daemon: boolean);
    setDaemon(daemon: boolean): void;
    get ident(): number | null;
    get nativeId(): number | null;
    get state(): State;
    get waitingFor(): string | null;
    get resourceUsage(): {
        cpuSeconds: number;
        heapBytes: number;
    };
}

export interface ThreadLimits {
    readonly maxOldGenerationSizeMb?: number | undefined;
    readonly stackSizeMb?: number | undefined;
}

export type ThreadOptions<A extends readonly unknown[], R = unknown> = CommonOptions<A, R> & ([] extends A ? {
    readonly args?: A | undefined;
} : {
    readonly args: A;
});

export declare class TimeoutError extends HeddleError {
}

export declare class Timer<A extends readonly unknown[] = readonly any[]> extends Thread<A> {
    #private;
    constructor(interval: Duration, target: Callable<A>, args?: A);
    cancel(): void;
}

export declare class TransferError extends HeddleError {
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

export declare function activeCount(): number;

export declare function currentThread(): Thread;

export declare function dump(): string;

export declare function enumerate(): Thread[];

export declare function getIdent(): number;

export declare function getNativeId(): number | null;

export declare const gil: Gil;

export declare function mainThread(): Thread;

export declare function setExceptHook(newHook: ((args: ExceptHookArgs) => void) | null): void;

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

interface CommonOptions<A extends readonly unknown[], R> {
    readonly target: Callable<A, R>;
    readonly name?: string | undefined;
    readonly daemon?: boolean | undefined;
    readonly isolate?: boolean | undefined;
    readonly resourceLimits?: ThreadLimits | undefined;
}
