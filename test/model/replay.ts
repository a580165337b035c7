// Shows a schedule of a scenario: node --conditions=heddle:source test/model/replay.ts NAME
// SCHEDULE
import { stdout } from 'node:process';
import { replay } from './engine/explore.ts';
import { makeModel } from './engine/instance.ts';
import { fileOf, models } from './models.ts';

const [scenario = '', schedule = ''] = process.argv.slice(2);
for (const model of models) {
  const maker = await makeModel(fileOf(model));
  if (!maker.scenarios.some((one) => one.name === scenario)) continue;
  const { message, trace } = replay(maker, scenario, schedule);
  stdout.write(`${trace.join('\n')}\n${message}\n`);
}
