/**
 * A miner's Prometheus metrics, read from its stats at each scrape.
 * @module
 */
import { Counter, type Registry } from 'prom-client';
import { STAGES } from '@dockercoins/common/contract';
import type { MinerStats } from './stats.ts';

export function exposeStats(stats: MinerStats, registry: Registry): void {
  const registers = [registry];
  for (const [figure, help] of [
    ['loops', 'loops completed'],
    ['errors', 'attempts that failed'],
    ['coins', 'new coins found'],
  ] as const) {
    new Counter({
      name: `miner_${figure}_total`,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(stats[figure]);
      },
    });
  }
  new Counter({
    name: 'miner_stage_seconds_total',
    help: 'time spent in each stage by loops that produced a hash',
    labelNames: ['stage'],
    registers,
    collect() {
      this.reset();
      for (const stage of STAGES) this.inc({ stage }, stats.stages[stage].sum / 1000);
    },
  });
}
