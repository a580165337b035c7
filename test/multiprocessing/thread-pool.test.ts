import { ThreadPool } from 'heddle/multiprocessing';
import { Event } from 'heddle/threading';
import { poolContract } from '../contracts/pool.contract.ts';

poolContract({
  name: 'ThreadPool',
  makePool: (processes, options) => new ThreadPool(processes, options),
  makeEvent: () => new Event(),
  deadly: ['exit'],
});
