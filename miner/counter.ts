/**
 * The classic counter: about once a second, each miner adds the loops completed since its last update to `hashes`.
 *
 * It may fall behind BullMQ's exact count but, as long as Redis keeps its data, never runs ahead of it. A killed miner takes
 * the loops since its last update with it: one flush interval, or more if Redis refused updates or was unreachable. If the
 * connection breaks during an update, nobody knows whether Redis applied it; sending it again could count those loops
 * twice, so it is dropped.
 * @module
 */
import type { RedisClient } from '@dockercoins/common/redis';
import { keys } from '@dockercoins/common/contract';
import type { Logger } from '@dockercoins/common/service/log';
import { WarnOnce } from '@dockercoins/common/service/warn-once';

interface CounterOptions {
  /** A connection that fails fast and never sends a command twice. */
  redis: RedisClient;
  /** Shortest time between two updates (ms). */
  flushMs: number;
  log: Logger;
}

export class LoopCounter {
  readonly #redis: RedisClient;
  readonly #flushMs: number;
  readonly #log: Logger;
  readonly #warnings: WarnOnce;
  #loops = 0;
  #flushedAt = performance.now();

  constructor({ redis, flushMs, log }: CounterOptions) {
    this.#redis = redis;
    this.#flushMs = flushMs;
    this.#log = log;
    this.#warnings = new WarnOnce(log, 'could not update hash counter');
  }

  /** Counts a loop. Updates Redis if the last update was at least `flushMs` ago. */
  add(): void {
    this.#loops++;
    if (performance.now() - this.#flushedAt >= this.#flushMs) void this.flush();
  }

  /** Adds the loops since the last update. Keeps them while Redis is unreachable. */
  async flush(): Promise<void> {
    if (this.#loops === 0 || this.#redis.status !== 'ready') return;
    const loops = this.#loops;
    this.#loops = 0;
    this.#flushedAt = performance.now();
    this.#log.info(`${loops} units of work done, updating hash counter`);
    try {
      await this.#redis.incrby(keys.hashes, loops);
      this.#warnings.recovered();
    } catch (err) {
      if ((err as Error).name === 'ReplyError') this.#loops += loops; // refused, so not counted
      this.#warnings.warn(err);
    }
  }
}
