// Every planted bug is found, each by name, and the schedule that shows it shows it again.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { explore, replay } from './engine/explore.ts';
import { makeModel } from './engine/instance.ts';
import { fileOf, models } from './models.ts';
import { mutants } from './mutants.ts';

describe('Model finds', () => {
  for (const mutant of mutants.filter(({ model }) => models.includes(model))) {
    test(mutant.name, async (t) => {
      const { also, preemptions } = mutant;
      const patches = also === undefined ? [mutant] : [mutant, also];
      const model = await makeModel(fileOf(mutant.model), patches);
      const outcome = explore(model, mutant.scenario, { preemptions, limitMs: 60_000 });
      const { failure } = outcome;
      assert.ok(failure !== null, `Not found in ${outcome.schedules} schedules`);
      assert.match(failure.message, mutant.shows);
      t.diagnostic(`schedule ${outcome.schedules}, ${failure.trace.length} steps`);
      const again = replay(model, mutant.scenario, failure.schedule);
      assert.equal(again.message.split('\n')[0], failure.message.split('\n')[0]);
    });
  }
});
