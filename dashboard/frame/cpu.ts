/**
 * CPU use of the machine and of each service.
 * @module
 */
import type { ProducerReport, Replica, UpstreamName } from '@dockercoins/common/reports';
import type { CpuView } from './frame.ts';
import type { MinerSample } from './sample.ts';

/** The machine that the dashboard runs on. */
export interface MachineUse {
  cores: number;
  /** Share of all cores that is in use, by any program; null if unknown. */
  machine: number | null;
  /** Share of one core that the dashboard uses; null if unknown. */
  dashboard: number | null;
}

/** Measures Redis from one call to the next, about once a second. */
export class CpuWatch {
  #redis: { at: number; usedMs: number } | undefined;

  /**
   * @param miners those that report
   * @param redisMs CPU time that Redis has used since it started (ms)
   * @param at now, by this process's monotonic clock (ms)
   */
  read(
    miners: MinerSample[],
    replicas: Record<UpstreamName, Replica[]>,
    producer: ProducerReport | undefined,
    redisMs: number,
    { cores, machine, dashboard }: MachineUse,
    at: number,
  ): CpuView {
    const shares: [name: string, shares: (number | null)[]][] = [
      ['producer', producer === undefined ? [] : [producer.cpu]],
      ['miner', miners.map(({ cpu }) => cpu)],
      ['rng', replicas.rng.map(({ cpu }) => cpu)],
      ['hasher', replicas.hasher.map(({ cpu }) => cpu)],
      ['redis', [this.#redisShare(redisMs, at)]],
      ['dashboard', [dashboard]],
    ];
    return {
      cores,
      machine,
      services: shares.flatMap(([name, all]) => {
        const known = all.filter((share) => share !== null);
        if (known.length === 0) return [];
        const total = known.reduce((sum, share) => sum + share, 0);
        return [{ name, total, busiest: Math.max(...known) }];
      }),
    };
  }

  /** Null for the first reading, and if Redis was restarted since the last one. */
  #redisShare(usedMs: number, at: number): number | null {
    const before = this.#redis;
    this.#redis = { at, usedMs };
    if (before === undefined || usedMs < before.usedMs || at <= before.at) return null;
    return (usedMs - before.usedMs) / (at - before.at);
  }
}
