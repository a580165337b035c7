// The tasks of bench/pool.ts, for poolifier's threads.
import { ThreadWorker } from 'poolifier';
import { nothing, square, spin } from './tasks.mjs';

export default new ThreadWorker({ nothing, square, spin });
