import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { registerProducerMetrics } from './metrics.ts';

/** Returns the samples of a producer, without help and types. */
async function samples(
  producer: Parameters<typeof registerProducerMetrics>[0],
  added: number[] = [],
) {
  const registry = new Registry();
  const countAdded = registerProducerMetrics(producer, registry);
  added.forEach(countAdded);
  return (await registry.metrics()).split('\n').filter((line) => /^\w/.test(line));
}

test('a leader shows its lease, its target, and how many jobs it has added and dropped', async () => {
  expect(await samples({ isLeader: true, target: 100, dropped: 7 }, [500, 200])).toEqual([
    'producer_jobs_added_total 700',
    'producer_jobs_dropped_total 7',
    'producer_lease_held 1',
    'producer_backlog_target_jobs 100',
  ]);
});

test('a standby holds no lease and has no target', async () => {
  expect(await samples({ isLeader: false, target: undefined, dropped: 0 })).toEqual([
    'producer_jobs_added_total 0',
    'producer_jobs_dropped_total 0',
    'producer_lease_held 0',
    'producer_backlog_target_jobs 0',
  ]);
});
