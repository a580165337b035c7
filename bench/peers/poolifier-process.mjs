// The tasks of bench/pool.ts, for poolifier's processes.
import { ClusterWorker } from 'poolifier';
import { nothing, square, spin } from './tasks.mjs';

// oxlint-disable-next-line import/no-default-export -- as its manual wants it
export default new ClusterWorker({ nothing, square, spin });
