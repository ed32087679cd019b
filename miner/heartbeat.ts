/**
 * A miner's report to Redis, once a second, with a time to live: who dies is forgotten by itself.
 * @module
 */
import type { Redis } from 'ioredis';
import { keys, type MinerReport } from '@dockercoins/common/contract';
import type { Logger } from '@dockercoins/common/log';

const INTERVAL_MS = 1000;

/** A miner that died is shown as gone for some seconds; then it leaves. */
const TTL_MS = 15_000;

/** By the clock of Redis, which all miners share. KEYS: miners, miner; ARGV: id, report, time to live in ms. */
const REPORT = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
  redis.call('ZADD', KEYS[1], now, ARGV[1])
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])`;

/** Reports until it is disposed of; then the miner leaves the list at once. */
export class Heartbeat implements AsyncDisposable {
  readonly #redis: Redis;
  readonly #id: string;
  readonly #report: () => MinerReport;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #beating: Promise<void> | undefined;

  constructor(redis: Redis, id: string, report: () => MinerReport, log: Logger) {
    this.#redis = redis;
    this.#id = id;
    this.#report = report;
    this.#log = log;
    this.#timer = setInterval(() => void this.#beat(), INTERVAL_MS);
    void this.#beat();
  }

  /** One at a time: while Redis is away, reports do not pile up. */
  async #beat(): Promise<void> {
    if (this.#beating !== undefined) return;
    const report = JSON.stringify(this.#report());
    this.#beating = this.#redis
      .eval(REPORT, 2, keys.miners, keys.miner(this.#id), this.#id, report, TTL_MS)
      .then(() => undefined)
      .catch((err: unknown) => this.#log.warn({ err }, 'could not report'))
      .finally(() => (this.#beating = undefined));
    await this.#beating;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    await this.#redis.multi().del(keys.miner(this.#id)).zrem(keys.miners, this.#id).exec();
  }
}
