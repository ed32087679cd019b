/**
 * CPU use of the machine and of each service.
 * @module
 */
import { cpus } from 'node:os';
import type { ProducerReport } from '@dockercoins/common/contract';
import { CpuMeter } from '@dockercoins/common/service/cpu';
import type { CpuView } from '../frame.ts';
import type { Fleet } from './fleet.ts';

/** Time that all cores together have been busy and idle since the machine started (ms). */
interface MachineTime {
  busy: number;
  idle: number;
}

/** Measures from one call to the next, about once a second. */
export class CpuWatch {
  readonly #own = new CpuMeter();
  #machine = machineTime();
  #redis: { at: number; usedMs: number } | undefined;

  /**
   * @param redisMs CPU time that Redis has used since it started (ms)
   * @param at now, by this process's monotonic clock (ms)
   */
  read(fleet: Fleet, producer: ProducerReport | undefined, redisMs: number, at: number): CpuView {
    const shares: [name: string, shares: (number | null)[]][] = [
      ['producer', producer === undefined ? [] : [producer.cpu]],
      ['miner', fleet.reporting().map(({ cpu }) => cpu)],
      ['rng', fleet.replicas('rng').map(({ cpu }) => cpu)],
      ['hasher', fleet.replicas('hasher').map(({ cpu }) => cpu)],
      ['redis', [this.#redisShare(redisMs, at)]],
      ['dashboard', [this.#own.share()]],
    ];
    return {
      cores: cpus().length,
      machine: this.#machineShare(),
      services: shares.flatMap(([name, all]) => {
        const known = all.filter((share) => share !== null);
        if (known.length === 0) return [];
        const total = known.reduce((sum, share) => sum + share, 0);
        return [{ name, total, busiest: Math.max(...known) }];
      }),
    };
  }

  #machineShare(): number | null {
    const before = this.#machine;
    const now = (this.#machine = machineTime());
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

function machineTime(): MachineTime {
  const times = { busy: 0, idle: 0 };
  for (const { times: core } of cpus()) {
    times.idle += core.idle;
    times.busy += core.user + core.nice + core.sys + core.irq;
  }
  return times;
}
