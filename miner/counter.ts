/**
 * The classic counter: about once a second, each miner adds the loops completed since its last update to `hashes`.
 *
 * It may fall behind BullMQ's exact count but, as long as Redis keeps its data, never runs ahead of it. A killed miner takes
 * the loops since its last update with it: one flush interval, or more if Redis refused updates or was unreachable. If the
 * connection breaks during an update, nobody knows whether Redis applied it; sending it again could count those loops
 * twice, so it is dropped. A reset sets both counts to zero, so loops that began before it are not counted after it.
 * @module
 */
import type { RedisClient } from '@dockercoins/common/redis';
import { keys } from '@dockercoins/common/contract';
import type { Logger } from '@dockercoins/common/service/log';
import { WarnOnce } from '@dockercoins/common/service/warn-once';

/**
 * Adds loops unless there was a reset since they began. Returns the number of resets so far.
 * KEYS: hashes, resets; ARGV: loops, number of resets when they began.
 */
const ADD = `
  local resets = redis.call('GET', KEYS[2]) or '0'
  if ARGV[2] == resets then redis.call('INCRBY', KEYS[1], ARGV[1]) end
  return resets`;

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
  /** Number of resets so far; undefined until Redis has told it. */
  #resets: string | undefined;
  #flushedAt = performance.now();

  constructor({ redis, flushMs, log }: CounterOptions) {
    this.#redis = redis;
    this.#flushMs = flushMs;
    this.#log = log;
    this.#warnings = new WarnOnce(log, 'could not update hash counter');
    if (redis.status === 'ready') void this.learnResets();
    else redis.once('ready', () => void this.learnResets());
  }

  /**
   * Must be called when a loop begins. Returns the function to call when it is completed, which counts it unless there was a
   * reset in between, and updates Redis if the last update was at least `flushMs` ago.
   */
  begin(): () => void {
    const resets = this.#resets;
    if (resets === undefined) void this.learnResets();
    return () => {
      if (resets === undefined || resets !== this.#resets) return;
      this.#loops++;
      if (performance.now() - this.#flushedAt >= this.#flushMs) void this.flush();
    };
  }

  /** Asks Redis for the number of resets so far. Loops that begin before it has replied are not counted. */
  async learnResets(): Promise<void> {
    try {
      this.#resets ??= (await this.#redis.get(keys.resets)) ?? '0';
    } catch (err) {
      this.#warnings.warn(err);
    }
  }

  /** Adds the loops since the last update. Keeps them while Redis is unreachable. */
  async flush(): Promise<void> {
    const resets = this.#resets;
    if (this.#loops === 0 || resets === undefined || this.#redis.status !== 'ready') return;
    const loops = this.#loops;
    this.#loops = 0;
    this.#flushedAt = performance.now();
    this.#log.info(`${loops} units of work done, updating hash counter`);
    try {
      const now = String(await this.#redis.eval(ADD, 2, keys.hashes, keys.resets, loops, resets));
      if (now !== resets) this.#startAgain(now);
      this.#warnings.recovered();
    } catch (err) {
      const wasRefused = (err as Error).name === 'ReplyError'; // so they are not counted
      if (wasRefused && resets === this.#resets) this.#loops += loops;
      this.#warnings.warn(err);
    }
  }

  /** There was a reset: drops the loops that began before it. */
  #startAgain(resets: string): void {
    if (this.#resets !== resets) this.#loops = 0;
    this.#resets = resets;
  }
}
