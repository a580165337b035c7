// The tasks of bench/pool.ts, for poolifier's processes.
import { ClusterWorker } from 'poolifier';
import { nothing, square, spin } from './tasks.mjs';

export default new ClusterWorker({ nothing, square, spin });
