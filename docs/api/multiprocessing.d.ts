// The public surface of heddle/multiprocessing. Written by `npm run api`: a diff here is a decision.

export declare class AbandonedLockError extends HeddleError {
    readonly owner: string;
    constructor(message: string, options: {
        owner: string;
        cause?: unknown;
    });
}

export interface AsyncOptions {
    readonly timeout?: Duration | undefined;
    readonly signal?: AbortSignal | undefined;
}

export interface BlockingOptions {
    readonly blocking?: boolean | undefined;
    readonly timeout?: Duration | undefined;
}

export type Callable<A extends readonly unknown[] = readonly any[], R = unknown> = (...args: A) => R;

export declare class DeadlockError extends HeddleError {
    readonly cycle: readonly string[];
    constructor(message: string, options: {
        cycle: readonly string[];
        cause?: unknown;
    });
}

export type Duration = number | `${number}ms` | `${number}s` | `${number}m` | `${number}h`;

export declare class HeddleError extends Error {
    readonly code: string;
    constructor(message: string, options?: {
        cause?: unknown;
        code?: string;
    });
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

export declare class RuntimeError extends HeddleError {
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

export type State = 'initial' | 'ready' | 'running' | 'waiting' | 'terminated';

export declare class TimeoutError extends HeddleError {
}

export declare class TransferError extends HeddleError {
}

export declare function activeChildren(): Process[];

export declare function cpuCount(): number;

export declare function currentProcess(): Process;

export declare function parentProcess(): Process | null;

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
    readonly init: (handle: number) => void;
}

export type Awakening = 'ok' | 'not-equal' | 'timed-out';

export type Cells = Int32Array<SharedArrayBuffer>;

interface CommonOptions<A extends readonly unknown[]> {
    readonly target: Callable<A>;
    readonly name?: string | undefined;
    readonly daemon?: boolean | undefined;
    readonly env?: Readonly<Record<string, string>> | undefined;
    readonly cwd?: string | undefined;
    readonly execArgv?: readonly string[] | undefined;
}
