// The long run: every scenario as far as its share of the time goes. All schedules where that is
// feasible; otherwise three preemptions, and then random ones. HEDDLE_MODEL_SECONDS sets the share.
import { describe, test } from 'node:test';
import { explore } from './engine/explore.ts';
import { makeModel } from './engine/instance.ts';
import { explorePct } from './engine/random.ts';
import { fileOf, models, requireNoFailure, tell } from './models.ts';

const limitMs = Number(process.env['HEDDLE_MODEL_SECONDS'] ?? 10) * 1000;
const seed = Number(process.env['HEDDLE_MODEL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

for (const model of models) {
  const maker = await makeModel(fileOf(model));
  describe('Model holds:', { timeout: 3_600_000 }, () => {
    for (const { name } of maker.scenarios) {
      test(name, (t) => {
        const all = explore(maker, name, { limitMs });
        t.diagnostic(tell(all));
        requireNoFailure(all);
        if (all.isComplete) return;
        const bounded = explore(maker, name, { preemptions: 3, limitMs });
        t.diagnostic(tell(bounded));
        requireNoFailure(bounded);
        const random = explorePct(maker, name, { seed, schedules: Infinity, limitMs: limitMs / 2 });
        t.diagnostic(tell(random));
        requireNoFailure(random);
      });
    }
  });
}
