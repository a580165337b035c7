// The long run: every scenario as far as its share of the time goes. All schedules where that is
// feasible; otherwise three preemptions, and then random ones. HEDDLE_MODEL_SECONDS sets the time
// of all; what one does not need, the next ones have.
import { describe, test } from 'node:test';
import { explore } from './engine/explore.ts';
import { makeModel } from './engine/instance.ts';
import { explorePct } from './engine/random.ts';
import { fileOf, models, requireNoFailure, tell } from './models.ts';

const end = performance.now() + Number(process.env['HEDDLE_MODEL_SECONDS'] ?? 480) * 1000;
const seed = Number(process.env['HEDDLE_MODEL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const makers = await Promise.all(models.map((model) => makeModel(fileOf(model))));
let left = makers.reduce((sum, { scenarios }) => sum + scenarios.length, 0);

describe('Model holds:', { timeout: 3_600_000 }, () => {
  for (const maker of makers) {
    for (const { name } of maker.scenarios) {
      test(name, (t) => {
        const shareMs = Math.max(0, end - performance.now()) / left--;
        const all = explore(maker, name, { limitMs: shareMs * 0.5 });
        t.diagnostic(tell(all));
        requireNoFailure(all);
        if (all.isComplete) return;
        const bounded = explore(maker, name, { preemptions: 3, limitMs: shareMs * 0.35 });
        t.diagnostic(tell(bounded));
        requireNoFailure(bounded);
        const limitMs = shareMs * 0.15;
        const random = explorePct(maker, name, { seed, schedules: Infinity, limitMs });
        t.diagnostic(tell(random));
        requireNoFailure(random);
      });
    }
  }
});
