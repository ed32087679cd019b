/**
 * CPU use of the machine and of each service.
 * @module
 */
import { cpus, type CpuInfo } from 'node:os';
import type { ProducerReport, Replica, UpstreamName } from '@dockercoins/common/contract';
import { CpuMeter } from '@dockercoins/common/service/cpu';
import type { CpuView } from '../frame.ts';
import type { MinerSample } from './sample.ts';

/** Time that all cores together have been busy and idle since the machine started (ms). */
interface MachineTime {
  busy: number;
  idle: number;
}

/** Measures from one call to the next, about once a second. */
export class CpuWatch {
  readonly #own = new CpuMeter();
  #machine = machineTime(cpus());
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
    at: number,
  ): CpuView {
    const cores = cpus();
    const shares: [name: string, shares: (number | null)[]][] = [
      ['producer', producer === undefined ? [] : [producer.cpu]],
      ['miner', miners.map(({ cpu }) => cpu)],
      ['rng', replicas.rng.map(({ cpu }) => cpu)],
      ['hasher', replicas.hasher.map(({ cpu }) => cpu)],
      ['redis', [this.#redisShare(redisMs, at)]],
      ['dashboard', [this.#own.share()]],
    ];
    return {
      cores: cores.length,
      machine: this.#machineShare(cores),
      services: shares.flatMap(([name, all]) => {
        const known = all.filter((share) => share !== null);
        if (known.length === 0) return [];
        const total = known.reduce((sum, share) => sum + share, 0);
        return [{ name, total, busiest: Math.max(...known) }];
      }),
    };
  }

  #machineShare(cores: CpuInfo[]): number | null {
    const before = this.#machine;
    const now = (this.#machine = machineTime(cores));
    const busy = now.busy - before.busy;
    const all = busy + now.idle - before.idle;
    return all <= 0 ? null : busy / all;
  }

  /** Null for the first reading, and if Redis was restarted since the last one. */
  #redisShare(usedMs: number, at: number): number | null {
    const before = this.#redis;
    this.#redis = { at, usedMs };
    if (before === undefined || usedMs < before.usedMs || at <= before.at) return null;
    return (usedMs - before.usedMs) / (at - before.at);
  }
}

function machineTime(cores: CpuInfo[]): MachineTime {
  const times = { busy: 0, idle: 0 };
  for (const { times: core } of cores) {
    times.idle += core.idle;
    times.busy += core.user + core.nice + core.sys + core.irq;
  }
  return times;
}
