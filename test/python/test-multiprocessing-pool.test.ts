// CPython's _TestPool (Lib/test/_test_multiprocessing.py) with processes.
import { Pool } from 'heddle/multiprocessing';
import { poolTests } from './pool-tests.suite.ts';

poolTests({ name: 'Pool', make: (processes, options) => new Pool(processes, options) });
