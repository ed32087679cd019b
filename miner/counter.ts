/**
 * The classic counter: about once a second, each miner adds the loops completed since its last update to `hashes`.
 *
 * It may fall behind BullMQ's exact count but, as long as Redis keeps its data, never runs ahead of it. A killed miner takes
 * the loops since its last update with it: one flush interval, or more if Redis refused updates or was unreachable. If the
 * connection breaks during an update, nobody knows whether Redis applied it; sending it again could count those loops
 * twice, so it is dropped. A reset sets both counts to zero, so loops that began before it are not counted after it.
 * @module
 */
import type { RedisClient } from '@dockercoins/common/queue/redis';
import { keys } from '@dockercoins/common/contract';
import type { Logger } from '@dockercoins/common/log/log';
import { WarnOnce } from '@dockercoins/common/log/warn-once';

/**
 * Adds loops unless there was a reset since they began. Returns when the last reset was.
 * KEYS: hashes, time of the last reset; ARGV: loops, time of the last reset when they began.
 */
const ADD = `
  local reset = redis.call('GET', KEYS[2]) or '0'
  if ARGV[2] == reset then redis.call('INCRBY', KEYS[1], ARGV[1]) end
  return reset`;

/** Returns when the last reset was, and Redis' time (both in microseconds). KEYS: time of the last reset. */
const READ_RESET = `
  local time = redis.call('TIME')
  return { redis.call('GET', KEYS[1]) or '0', time[1] .. string.format('%06d', time[2]) }`;

/** A reset that is only this much older than this process may have been after its start (microseconds). */
const SLACK_US = 1_000_000;

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
  /** Loops to be added with the next update. */
  #loops = 0;
  /** Loops completed before Redis has told when the last reset was. */
  #earlyLoops = 0;
  /** When the last reset was; undefined until Redis has told it. */
  #reset: string | undefined;
  /** What `#reset` was first, if there was no reset since this counter exists. */
  #firstReset: string | undefined;
  readonly #createdAt = performance.now();
  #flushedAt = performance.now();

  constructor({ redis, flushMs, log }: CounterOptions) {
    this.#redis = redis;
    this.#flushMs = flushMs;
    this.#log = log;
    this.#warnings = new WarnOnce(log, 'could not update hash counter');
    if (redis.status === 'ready') void this.readReset();
    else redis.once('ready', () => void this.readReset());
  }

  /**
   * Must be called when a loop begins. Returns the function to call when it is completed, which counts it unless there was a
   * reset in between, and updates Redis if the last update was at least `flushMs` ago.
   */
  begin(): () => void {
    const before = this.#reset;
    return () => {
      if (this.#reset === undefined) {
        this.#earlyLoops++;
        void this.readReset();
      } else if ((before ?? this.#firstReset) === this.#reset) {
        this.#loops++;
        if (performance.now() - this.#flushedAt >= this.#flushMs) void this.flush();
      }
    };
  }

  /** Asks Redis when the last reset was. If that was before this counter existed, all loops so far count. */
  async readReset(): Promise<void> {
    if (this.#reset !== undefined || this.#redis.status !== 'ready') return;
    try {
      const reply = await this.#redis.eval(READ_RESET, 1, keys.resetAt);
      this.#learn(...(reply as [reset: string, now: string]));
    } catch (err) {
      this.#warnings.warn(err);
    }
  }

  /** Takes the first reply; several may have been asked for. */
  #learn(reset: string, now: string): void {
    if (this.#reset !== undefined) return;
    this.#reset = reset;
    const ageUs = (performance.now() - this.#createdAt) * 1000;
    if (Number(reset) < Number(now) - ageUs - SLACK_US) {
      this.#firstReset = reset;
      this.#loops += this.#earlyLoops;
    }
    this.#earlyLoops = 0;
  }

  /** Adds the loops since the last update. Keeps them while Redis is unreachable. */
  async flush(): Promise<void> {
    await this.readReset();
    const reset = this.#reset;
    if (this.#loops === 0 || reset === undefined || this.#redis.status !== 'ready') return;
    const loops = this.#loops;
    this.#loops = 0;
    this.#flushedAt = performance.now();
    this.#log.info(`${loops} units of work done, updating hash counter`);
    try {
      const latest = await this.#redis.eval(ADD, 2, keys.hashes, keys.resetAt, loops, reset);
      if (latest !== reset) this.#startAgain(String(latest));
      this.#warnings.recovered();
    } catch (err) {
      const wasRefused = (err as Error).name === 'ReplyError'; // so they are not counted
      if (wasRefused && reset === this.#reset) this.#loops += loops;
      this.#warnings.warn(err);
    }
  }

  /** There was a reset: drops the loops that began before it. */
  #startAgain(reset: string): void {
    if (this.#reset !== reset) this.#loops = 0;
    this.#reset = reset;
  }
}
