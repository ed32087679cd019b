/**
 * The experiment of the workshop: `npm run lab` measures it on this machine's processes,
 * `npm run lab -- --compose` on the compose stack.
 * @module
 */
import { parseArgs } from 'node:util';
import { composeDeployment } from './compose-deployment.ts';
import { localDeployment } from './local-deployment.ts';
import { measure, type Row } from './measure.ts';
import { renderTable } from './table.ts';

/** What the contract promises; the limits on paper are those of 100 ms delays. */
const EXPERIMENTS = [
  { miners: 1, rngs: 1, limit: 10 / 3 },
  { miners: 2, rngs: 1, limit: 20 / 3 },
  { miners: 10, rngs: 1, limit: 10 },
  { miners: 10, rngs: 4, limit: 100 / 3 },
];

const { values } = parseArgs({
  options: {
    compose: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '30' },
  },
});
const deployment = values.compose ? composeDeployment() : localDeployment();
const rows: Row[] = [];
try {
  for (const experiment of EXPERIMENTS) {
    process.stderr.write(`${experiment.miners} miners, ${experiment.rngs} rng …\n`);
    rows.push(await measure(deployment, experiment, Number(values.seconds)));
  }
} finally {
  await deployment.end();
  process.stdout.write(renderTable(rows));
}
