/**
 * A miner's Prometheus metrics, read from its statistics at each scrape, so that a loop pays nothing for them.
 * @module
 */
import { Counter, Gauge, type Metric, type Registry } from 'prom-client';
import { STAGES, type Stage } from '@dockercoins/common/contract';
import type { UpstreamName } from '@dockercoins/common/reports';
import { countUpTo, totalOf } from '@dockercoins/common/histogram';
import type { MinerStats } from './stats.ts';
import type { Upstream } from './upstream/upstream.ts';

interface MinerParts {
  stats: MinerStats;
  upstreams: Record<UpstreamName, Pick<Upstream, 'figures'>>;
  /** Jobs processed at once. */
  concurrency: number;
}

export function registerMinerMetrics(
  { stats, upstreams, concurrency }: MinerParts,
  registry: Registry,
): void {
  const registers = [registry];
  for (const [name, help, figure] of [
    ['miner_loops_total', 'loops completed', 'loops'],
    ['miner_failed_attempts_total', 'attempts that failed', 'errors'],
    ['miner_coins_total', 'new coins found', 'coins'],
  ] as const) {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(stats[figure]);
      },
    });
  }
  new Gauge({
    name: 'miner_active_jobs',
    help: 'jobs in progress',
    registers,
    collect() {
      this.set(stats.active);
    },
  });
  new Gauge({
    name: 'miner_concurrency',
    help: 'jobs processed at once at most',
    registers,
  }).set(concurrency);
  new Counter({
    name: 'miner_upstream_failures_total',
    help: 'requests to rng or hasher that failed on every replica tried',
    labelNames: ['upstream'],
    registers,
    collect() {
      this.reset();
      const now = performance.now();
      for (const upstream of ['rng', 'hasher'] as const) {
        this.inc({ upstream }, upstreams[upstream].figures(now).failed);
      }
    },
  });
  registry.registerMetric(stageHistogram(stats));
}

/** Upper limits of the buckets in milliseconds, 1 ms to 16 s: powers of two, for which `countUpTo` is exact. */
const LIMITS_MS = Array.from({ length: 15 }, (_, n) => 2 ** n);

/**
 * Shows the histograms that the miner keeps anyway. prom-client's `Histogram` would have to observe every time of every
 * loop; its registry accepts anything with a name and a `get`.
 */
function stageHistogram(stats: MinerStats): Metric {
  const name = 'miner_stage_seconds';
  const samplesOf = (stage: Stage) => {
    const { sum, spread } = stats.stages[stage];
    const count = totalOf(spread);
    const sample = (suffix: string, value: number, labels = {}) => ({
      metricName: `${name}_${suffix}`,
      labels: { stage, ...labels },
      value,
    });
    return [
      ...LIMITS_MS.map((ms) => sample('bucket', countUpTo(spread, ms), { le: ms / 1000 })),
      sample('bucket', count, { le: '+Inf' }),
      sample('sum', sum / 1000),
      sample('count', count),
    ];
  };
  const get = () => ({
    name,
    help: 'time per stage of loops that produced a hash',
    type: 'histogram',
    values: STAGES.flatMap(samplesOf),
  });
  return { name, get } as unknown as Metric;
}
