// Stands in for AsyncLocalStorage in the model. What is known in a call, and in all that comes of
// it, is kept by the event loop, which hands it to each callback.
import { executionAsyncResource } from 'node:async_hooks';

export { createHook } from 'node:async_hooks';

/** The event loop of a model thread, as far as it is seen here. */
interface Loop {
  stores: ReadonlyMap<unknown, unknown>;
}

/** What is known in a call, and in all that comes of it. */
export class AsyncLocalStorage<T> {
  getStore(): T | undefined {
    return (executionAsyncResource() as Loop).stores.get(this) as T | undefined;
  }

  run<R>(store: T, body: () => R): R {
    const loop = executionAsyncResource() as Loop;
    const { stores } = loop;
    loop.stores = new Map([...stores, [this, store]]);
    try {
      return body();
    } finally {
      loop.stores = stores;
    }
  }
}
