/**
 * Watches Redis' memory. With `noeviction`, a full Redis refuses all writes, and mining stops.
 * @module
 */
import type { Redis } from 'ioredis';
import type { Logger } from '@dockercoins/common/service/log';
import type { Frame } from '../frame.ts';

const INTERVAL_MS = 10_000;

/** Share of `maxmemory` at which a warning is logged. */
const WARN_SHARE = 0.8;

export class MemoryWatch {
  readonly #redis: Redis;
  readonly #log: Logger;
  #readAt = -Infinity;
  #memory: Frame['memory'] = { used: 0, max: null };
  #warned = false;

  constructor(redis: Redis, log: Logger) {
    this.#redis = redis;
    this.#log = log;
  }

  /** Returns Redis' memory usage and limit in bytes, at most ten seconds old. */
  async read(): Promise<Frame['memory']> {
    const now = performance.now();
    if (now - this.#readAt < INTERVAL_MS) return this.#memory;
    const info = await this.#redis.info('memory');
    const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
    this.#memory = { used: field('used_memory'), max: field('maxmemory') || null };
    this.#readAt = now;
    this.#warn();
    return this.#memory;
  }

  /** Warns once, and again only after usage has dropped below the threshold. */
  #warn(): void {
    const { used, max } = this.#memory;
    const share = max === null ? 0 : used / max;
    if (share >= WARN_SHARE && !this.#warned) {
      const percent = Math.floor(share * 100);
      const megabytes = Math.round((max ?? 0) / 1024 / 1024);
      this.#log.warn(
        { used, max },
        `Redis uses ${percent}% of its ${megabytes} MB; mining stops when it is full: raise maxmemory, or delete the wallet (DEL wallet)`,
      );
    }
    this.#warned = share >= WARN_SHARE;
  }
}
