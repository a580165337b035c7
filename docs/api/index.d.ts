// The public surface of heddle. Written by `npm run api`: a diff here is a decision.

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

export interface BlockingOptions {
    readonly blocking?: boolean | undefined;
    readonly timeout?: Duration | undefined;
}

export declare class BrokenBarrierError extends RuntimeError {
}

export type Callable<A extends readonly unknown[] = readonly any[], R = unknown> = (...args: A) => R;

export declare class DeadlockError extends HeddleError {
    readonly cycle: readonly string[];
    constructor(message?: string, options?: {
        cycle?: readonly string[];
        cause?: unknown;
    });
}

export type Duration = number | `${number}ms` | `${number}s` | `${number}m` | `${number}h`;

export declare class HeddleError extends Error {
    readonly code: string;
    constructor(message?: string, options?: {
        cause?: unknown;
        code?: string;
    });
}

export interface RemoteError {
    readonly remoteStack: string;
}

export declare class RuntimeError extends HeddleError {
}

export declare class TimeoutError extends HeddleError {
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

export declare function cpuCount(): number;

export declare function fromModule<F extends (...args: never[]) => unknown>(module: string | URL, exportName: string): F;

export * as futures from 'heddle/futures';

export declare function input(prompt?: string): string | null;

export declare const isMain: boolean;

export * as multiprocessing from 'heddle/multiprocessing';

export declare function print(...values: unknown[]): void;

export * as queue from 'heddle/queue';

export declare function registerTransfer<T extends object, D>(type: new (...args: never) => T, hooks: TransferHooks<T, D>): void;

export * as shared from 'heddle/shared';

export declare function sleep(duration: Duration): void;

export declare function sleepAsync(duration: Duration, options?: {
    readonly signal?: AbortSignal | undefined;
}): Promise<void>;

export * as threading from 'heddle/threading';

// Not exported, but mentioned above.
export interface TransferHooks<T, D = unknown> {
    reduce(this: void, instance: T): D;
    revive(this: void, data: D): T;
}
