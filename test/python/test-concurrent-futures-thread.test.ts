// CPython's test_concurrent_futures with threads.
import { ThreadPoolExecutor } from 'heddle/futures';
import { executorTests } from './executor-tests.suite.ts';
import type { ExecutorKind } from './executor-tests.suite.ts';
import { futureTests } from './future-tests.suite.ts';

const kind: ExecutorKind = {
  name: 'ThreadPoolExecutor',
  make: (options) => new ThreadPoolExecutor(options),
};
executorTests(kind);
futureTests(kind);
