import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { testFigures, testTimes } from '../tools/stack/frame-data.ts';
import { registerMinerMetrics } from './metrics.ts';
import { MinerStats } from './stats.ts';

function createMiner() {
  const registry = new Registry();
  const stats = new MinerStats();
  const rng = testFigures();
  const hasher = testFigures();
  const upstreams = { rng: { figures: () => rng }, hasher: { figures: () => hasher } };
  registerMinerMetrics({ stats, upstreams, concurrency: 3 }, registry);
  return { stats, rng, hasher, metrics: () => registry.metrics() };
}

test('the metrics show the figures at the time of the scrape', async () => {
  const { stats, rng, metrics } = createMiner();
  await metrics();
  Object.assign(stats, { loops: 7, coins: 2, active: 1, errors: 4 });
  rng.failed = 3;
  const text = await metrics();
  expect(text).toContain('\nminer_loops_total 7\n');
  expect(text).toContain('\nminer_failed_attempts_total 4\n');
  expect(text).toContain('\nminer_coins_total 2\n');
  expect(text).toContain('\nminer_active_jobs 1\n');
  expect(text).toContain('\nminer_concurrency 3\n');
  expect(text).toContain('\nminer_upstream_failures_total{upstream="rng"} 3\n');
  expect(text).toContain('\nminer_upstream_failures_total{upstream="hasher"} 0\n');
});

test('the histogram of a stage has cumulative buckets, in seconds', async () => {
  const { stats, metrics } = createMiner();
  for (const ms of [0, 100, 1500, 40_000]) stats.addTimes(testTimes(ms));
  const text = await metrics();
  const sample = (name: string) => text.split('\n').find((line) => line.startsWith(`${name} `));
  const bucket = (le: string) => sample(`miner_stage_seconds_bucket{stage="queueWait",le="${le}"}`);
  expect(bucket('0.001')).toMatch(/ 1$/);
  expect(bucket('0.064')).toMatch(/ 1$/);
  expect(bucket('0.128')).toMatch(/ 2$/);
  expect(bucket('2.048')).toMatch(/ 3$/);
  expect(bucket('16.384')).toMatch(/ 3$/);
  expect(bucket('+Inf')).toMatch(/ 4$/);
  expect(sample('miner_stage_seconds_sum{stage="queueWait"}')).toMatch(/ 41\.6$/);
  expect(sample('miner_stage_seconds_count{stage="work"}')).toMatch(/ 4$/);
});

test('a miner that has just started shows every stage', async () => {
  const text = await createMiner().metrics();
  expect(text).toContain('\n# TYPE miner_stage_seconds histogram\n');
  expect(text.match(/^miner_stage_seconds_count\{stage="\w+"\} 0$/gm)).toHaveLength(6);
});
