// The tasks of bench/pool.ts, for workerpool.
import workerpool from 'workerpool';
import { nothing, square, spin } from './tasks.mjs';

workerpool.worker({ nothing, square, spin });
