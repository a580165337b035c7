// The contract of pools over a third backend, after threads and processes: outcomes come late,
// twice, and in another order, and some workers die without telling of them.
import { putDoubles } from './faults/hook.ts';

putDoubles();

const { Event } = await import('heddle/threading');
const { poolContract } = await import('../contracts/pool.contract.ts');
const { expectArrivals } = await import('./faults/doubles/delivery.ts');
const { FaultyPool } = await import('./faults/faulty-pool.ts');
const { planOf } = await import('./faults/plan.ts');

const seed = Number(process.env['HEDDLE_STRESS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.log(`HEDDLE_STRESS_SEED=${seed}`);

// None is late by itself: what a pool that has ended was given, its caller can see at once.
expectArrivals({ seed, isShuffled: true, late: 0, twice: 0.2 });

poolContract({
  name: 'FaultyPool',
  makePool: (processes, options) => {
    const chances = { stalls: 0.1, deaths: 0.01, deadly: ['done', 'pushed'] } as const;
    return new FaultyPool(processes, options, planOf({ seed, ...chances }));
  },
  makeEvent: () => new Event(),
  deadly: ['exit'],
  losesWorkers: true,
});
