// CPython's test_concurrent_futures with processes.
import { ProcessPoolExecutor } from 'heddle/futures';
import { executorTests } from './executor-tests.suite.ts';
import type { ExecutorKind } from './executor-tests.suite.ts';
import { futureTests } from './future-tests.suite.ts';

const kind: ExecutorKind = {
  name: 'ProcessPoolExecutor',
  make: (options) => new ProcessPoolExecutor(options),
};
executorTests(kind);
futureTests(kind);
