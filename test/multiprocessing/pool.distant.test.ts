// The contract of pools whose processes have no memory in common, as where koffi does not load.
import { Event, Pool } from 'heddle/multiprocessing';
import { poolContract } from '../contracts/pool.contract.ts';

process.env['HEDDLE_NO_FFI'] = '1';

poolContract({
  name: 'Pool',
  makePool: (processes, options) => new Pool(processes, options),
  makeEvent: () => new Event(),
  deadly: ['exit', 'kill', 'crash'],
  callTime: '3s',
});
