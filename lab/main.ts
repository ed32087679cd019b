/**
 * The workshop's experiments: `npm run lab` runs them with `npm start`, `npm run lab -- --compose` with Compose.
 * @module
 */
import { parseArgs } from 'node:util';
import { composeDeployment } from './compose-deployment.ts';
import { localDeployment } from './local-deployment.ts';
import { measure, type Row } from './measure.ts';
import { renderTable } from './table.ts';

/** Limits follow from the delays of 100 ms: 300 ms per loop and miner, 100 ms per request to rng. */
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
    process.stderr.write(`miner=${experiment.miners} rng=${experiment.rngs} …\n`);
    rows.push(await measure(deployment, experiment, Number(values.seconds)));
  }
} finally {
  await deployment.stop();
  process.stdout.write(renderTable(rows));
}
