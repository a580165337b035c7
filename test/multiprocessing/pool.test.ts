import { Event, Pool } from 'heddle/multiprocessing';
import { poolContract } from '../contracts/pool.contract.ts';

poolContract({
  name: 'Pool',
  makePool: (processes, options) => new Pool(processes, options),
  makeEvent: () => new Event(),
  deadly: ['exit', 'kill', 'crash'],
});
