// The public surface of heddle/progress. Written by `npm run api`: a diff here is a decision.

export declare class ProgressBar implements Disposable {
    #private;
    constructor(options?: ProgressOptions);
    get count(): number;
    get total(): number | null;
    update(n?: number): void;
    close(): void;
    [Symbol.dispose](): void;
}

export interface ProgressOptions {
    total?: number | null | undefined;
    label?: string | undefined;
    unit?: string | undefined;
    style?: 'bar' | 'lines' | 'off' | undefined;
    leave?: boolean | undefined;
    stream?: ProgressStream | undefined;
}

export interface ProgressStream {
    write(text: string): unknown;
    readonly isTTY?: boolean | undefined;
    readonly columns?: number | undefined;
    hasColors?(): boolean;
}

export declare function progress<T>(items: Iterable<T> & AsyncIterable<T>, options?: ProgressOptions): Iterable<T> & AsyncIterable<T>;
export declare function progress<T>(items: AsyncIterable<T>, options?: ProgressOptions): AsyncIterable<T>;
export declare function progress<T>(items: Iterable<T>, options?: ProgressOptions): Iterable<T>;
