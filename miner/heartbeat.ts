/**
 * A miner's report to Redis, once a second, with a time to live: reports of dead miners expire.
 * @module
 */
import type { RedisClient } from '@dockercoins/common/queue/redis';
import { keys } from '@dockercoins/common/contract';
import type { MinerReport } from '@dockercoins/common/reports';
import type { RedisClock } from '@dockercoins/common/queue/redis-clock';
import type { Logger } from '@dockercoins/common/log/log';
import { WarnOnce } from '@dockercoins/common/log/warn-once';

const INTERVAL_MS = 1000;

/** Long enough for the dashboard to show a dead miner as lost for about ten seconds. */
const TTL_MS = 15_000;

/**
 * Scores the miner by Redis' clock, which all miners share, and returns that time (ms). Scores in the future were set before
 * the clock was set back, so they are removed, too. KEYS: miners, miner; ARGV: id, report, time to live (ms).
 */
const REPORT = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
  redis.call('ZADD', KEYS[1], now, ARGV[1])
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[3])
  redis.call('ZREMRANGEBYSCORE', KEYS[1], now + ARGV[3], '+inf')
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return now`;

interface HeartbeatOptions {
  /** A connection that fails fast. */
  redis: RedisClient;
  id: string;
  /** Returns the current report. */
  report: () => MinerReport;
  /** Set to Redis' time with each report. */
  clock: RedisClock;
  log: Logger;
}

/** Reports until it is disposed of; then the miner leaves the list at once. */
export class Heartbeat implements AsyncDisposable {
  readonly #options: HeartbeatOptions;
  readonly #warnings: WarnOnce;
  readonly #timer: NodeJS.Timeout;
  #reporting: Promise<void> | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#warnings = new WarnOnce(options.log, 'could not report');
    this.#timer = setInterval(() => this.#beat(), INTERVAL_MS);
    options.redis.once('ready', () => this.#beat());
    this.#beat();
  }

  /** One report at a time, and none while Redis is unreachable: the connection logs that. */
  #beat(): void {
    if (this.#reporting !== undefined || this.#options.redis.status !== 'ready') return;
    this.#reporting = this.#report()
      .then(() => this.#warnings.recovered())
      .catch((err: unknown) => this.#warnings.warn(err))
      .finally(() => (this.#reporting = undefined));
  }

  async #report(): Promise<void> {
    const { redis, id, report, clock } = this.#options;
    const text = JSON.stringify(report());
    const now = await redis.eval(REPORT, 2, keys.miners, keys.miner(id), id, text, TTL_MS);
    clock.set(Number(now));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { redis, id } = this.#options;
    clearInterval(this.#timer);
    await this.#reporting;
    if (redis.status !== 'ready') return; // the report expires
    await Promise.all([redis.del(keys.miner(id)), redis.zrem(keys.miners, id)]).catch(
      (err: unknown) => this.#warnings.warn(err),
    );
  }
}
