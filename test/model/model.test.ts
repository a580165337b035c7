// The short run: every scenario with none, one and two preemptions, as far as its time goes, and
// some hundred schedules at random. model.long.ts goes through all schedules.
import { describe, test } from 'node:test';
import { explore } from './engine/explore.ts';
import { makeModel } from './engine/instance.ts';
import { explorePct } from './engine/random.ts';
import { fileOf, models, requireNoFailure, tell } from './models.ts';

const LIMIT_MS = 150;
const seed = Number(process.env['HEDDLE_MODEL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

for (const model of models) {
  const maker = await makeModel(fileOf(model));
  describe('Model holds:', () => {
    for (const { name } of maker.scenarios) {
      test(name, (t) => {
        const end = performance.now() + LIMIT_MS;
        for (const preemptions of [0, 1, 2]) {
          const limitMs = end - performance.now();
          if (limitMs < 0) break;
          const bounded = explore(maker, name, { preemptions, limitMs });
          t.diagnostic(tell(bounded));
          requireNoFailure(bounded);
        }
        const random = explorePct(maker, name, { seed, schedules: 200, limitMs: LIMIT_MS / 3 });
        t.diagnostic(tell(random));
        requireNoFailure(random);
      });
    }
  });
}
