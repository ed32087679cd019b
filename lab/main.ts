/**
 * The experiment of the workshop: `npm run lab` measures it on this machine's processes,
 * `npm run lab -- --compose` on the compose stack.
 * @module
 */
import { parseArgs } from 'node:util';
import { composeStand } from './compose-stand.ts';
import { localStand } from './local-stand.ts';
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
const stand = values.compose ? composeStand() : localStand();
const rows: Row[] = [];
try {
  for (const experiment of EXPERIMENTS) {
    process.stderr.write(`${experiment.miners} miners, ${experiment.rngs} rng …\n`);
    rows.push(await measure(stand, experiment, Number(values.seconds)));
  }
} finally {
  await stand.end();
  process.stdout.write(renderTable(rows));
}
