/**
 * The leading producer's report to Redis, once a second, with a time to live: it expires soon after the last leader died.
 * @module
 */
import { keys } from '@dockercoins/common/contract';
import type { ProducerReport } from '@dockercoins/common/reports';
import { isUnreachable, type RedisClient } from '@dockercoins/common/queue/redis';
import type { Logger } from '@dockercoins/common/log/log';
import { WarnOnce } from '@dockercoins/common/log/warn-once';

const INTERVAL_MS = 1000;
const TTL_MS = 3000;

interface LeaderReportOptions {
  /** A connection that fails fast. */
  redis: RedisClient;
  /** Returns the current report; undefined if another replica leads. */
  report: () => ProducerReport | undefined;
  log: Logger;
}

/** Reports until it is disposed of. */
export class LeaderReport implements Disposable {
  readonly #options: LeaderReportOptions;
  readonly #warnings: WarnOnce;
  readonly #timer: NodeJS.Timeout;

  constructor(options: LeaderReportOptions) {
    this.#options = options;
    this.#warnings = new WarnOnce(options.log, 'could not report');
    this.#timer = setInterval(() => void this.#write(), INTERVAL_MS);
  }

  async #write(): Promise<void> {
    const { redis, report } = this.#options;
    const current = report();
    if (current === undefined) return;
    try {
      await redis.set(keys.producer, JSON.stringify(current), 'PX', TTL_MS);
      this.#warnings.recovered();
    } catch (err) {
      if (!isUnreachable(redis, err as Error)) this.#warnings.warn(err); // otherwise the connection logs it
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
