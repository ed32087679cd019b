/**
 * Watches Redis itself: its memory and CPU time. With `noeviction`, a full Redis refuses all writes, and mining stops.
 * @module
 */
import type { Redis } from 'ioredis';
import type { Logger } from '@dockercoins/common/service/log';
import { MEMORY_WARNING } from './problems.ts';

/** Memory in bytes (max is null if it has no limit), and CPU time since Redis started (ms). */
export interface RedisUse {
  used: number;
  max: number | null;
  cpuMs: number;
}

export class RedisWatch {
  readonly #redis: Redis;
  readonly #log: Logger;
  #warned = false;

  constructor(redis: Redis, log: Logger) {
    this.#redis = redis;
    this.#log = log;
  }

  async read(): Promise<RedisUse> {
    const info = await this.#redis.info('memory', 'cpu');
    const field = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]);
    const used = field('used_memory');
    const max = field('maxmemory') || null;
    this.#warn(used, max);
    return { used, max, cpuMs: 1000 * (field('used_cpu_user') + field('used_cpu_sys')) };
  }

  /** Warns once, and again only after usage has dropped below the threshold. */
  #warn(used: number, max: number | null): void {
    const share = max === null ? 0 : used / max;
    if (share >= MEMORY_WARNING && !this.#warned) {
      const percent = Math.floor(share * 100);
      const megabytes = Math.round((max ?? 0) / 1024 / 1024);
      this.#log.warn(
        { used, max },
        `Redis uses ${percent}% of its ${megabytes} MB; mining stops when it is full: raise maxmemory, or delete the wallet (DEL wallet)`,
      );
    }
    this.#warned = share >= MEMORY_WARNING;
  }
}
