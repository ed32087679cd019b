/**
 * What the page predicts on a running stack, against what a stack does after the change.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Frame } from '../../dashboard/frame/frame.ts';
import { Calibration } from '../../dashboard/web/what-if/costs.ts';
import { predict, type Prediction } from '../../dashboard/web/what-if/predict.ts';
import { setupOf, withSettings, type Setup } from '../../dashboard/web/what-if/setup.ts';
import { startStackProcess } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';
import { Comparison } from './comparison.ts';
import { measure } from './measure.ts';
import type { Compared } from './settings.ts';

/** How long each change is measured. */
const SECONDS = 40;

/** The page shows the standard deviation of a speed that is measured for this long (s). */
const DEVIATION_SECONDS = 30;

const SHARE = 0.03;
const DEVIATIONS = 3;

const CHANGES: Compared[] = [
  { name: '7 miners, 2 rngs', scale: { miner: 7, rng: 2 } },
  { name: '10 miners', scale: { miner: 10 } },
  { name: '10 miners, 4 rngs', scale: { miner: 10, rng: 4 } },
  { name: '30 miners, 3 rngs', scale: { miner: 30, rng: 3 } },
  {
    name: 'a slow replica',
    scale: { miner: 10, rng: 3 },
    settings: { RNG_SLOW_REPLICA: 'rng-2', RNG_SLOW_FACTOR: 3 },
  },
  {
    name: 'exponential delays',
    scale: { miner: 2 },
    settings: { RNG_DELAY_DISTRIBUTION: 'exponential' },
  },
  { name: 'concurrency 4', scale: { miner: 2 }, settings: { MINER_CONCURRENCY: 4 } },
  { name: 'a fixed rate', scale: { miner: 10 }, settings: { PRODUCER_RATE: 6 } },
];

const comparison = new Comparison();
afterAll(() => comparison.print());

let running: Setup;
const calibration = new Calibration();

beforeAll(async () => {
  await using stack = await startStackProcess({ args: ['--scale', 'miner=2'] });
  await until('the stack has warmed up', async () => ((await stack.frame())?.loops ?? 0) > 200);
  let latest: Frame | undefined;
  for (let second = 0; second < 30; second++) {
    latest = await stack.frame();
    if (latest !== undefined) calibration.add(latest);
    await sleep(1000);
  }
  const setup = latest && setupOf(latest, latest.queue.names.length);
  if (setup === undefined) throw new Error('the page does not know what is running');
  running = setup;
});

function predictionOf({ scale, settings = {} }: Compared): Prediction {
  const wanted = withSettings({ ...running, scale: { ...running.scale, ...scale } }, settings);
  const question = { setup: wanted, costs: calibration.costs(), concurrency: null, rate: null };
  for (const answer of predict(question)) {
    if (answer !== undefined && 'prediction' in answer) return answer.prediction;
  }
  throw new Error('no prediction');
}

test.each(CHANGES)('the page predicts the speed of $name', async (change) => {
  const { speed, deviation } = predictionOf(change);
  expect(speed).toBeGreaterThan(0);
  const measured = await measure(change, SECONDS);
  const random = DEVIATIONS * deviation * Math.sqrt(DEVIATION_SECONDS / SECONDS);
  comparison.compare(change.name, 'hashes/s', measured.hashesPerSecond, [speed], (predicted) =>
    Math.max(SHARE * predicted, random),
  );
});
