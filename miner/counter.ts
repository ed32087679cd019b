/**
 * The classic counter: each miner adds to `hashes` what it did, about once a second.
 * @module
 */
import type { Redis } from 'ioredis';
import { keys } from '@dockercoins/common/contract';
import type { Logger } from '@dockercoins/common/log';

/**
 * Adds the loops that are not counted yet and notes up to where it counted. An update whose answer
 * was lost can so be sent again and counts once. KEYS: hashes, note; ARGV: loops since the start,
 * loops that were confirmed, time to live of the note in ms.
 */
const COUNT = `
  local counted = math.max(tonumber(redis.call('GET', KEYS[2]) or 0), tonumber(ARGV[2]))
  local missing = tonumber(ARGV[1]) - counted
  if missing > 0 then redis.call('INCRBY', KEYS[1], missing) end
  redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
  return missing`;

const NOTE_TTL_MS = 3_600_000;

interface CounterOptions {
  redis: Redis;
  minerId: string;
  /** Shortest time between two updates. */
  flushMs: number;
  log: Logger;
}

export class LoopCounter {
  readonly #options: CounterOptions;
  /** Loops done since the start. */
  loops = 0;
  #confirmed = 0;
  #flushedAt = Date.now();
  #flushing: Promise<void> | undefined;

  constructor(options: CounterOptions) {
    this.#options = options;
  }

  /** Counts a loop, and updates Redis where the last update is long enough ago. */
  add(): void {
    this.loops++;
    if (Date.now() - this.#flushedAt >= this.#options.flushMs) void this.#flushOnce();
  }

  /** Brings what is not in Redis yet there. On a stop: after the last loop. */
  async flush(): Promise<void> {
    await this.#flushing;
    if (this.loops > this.#confirmed) await this.#send();
  }

  async #flushOnce(): Promise<void> {
    if (this.#flushing !== undefined) return;
    this.#flushing = this.#send()
      .catch((err: unknown) =>
        this.#options.log.warn({ err }, 'could not update hash counter, will try again'),
      )
      .finally(() => (this.#flushing = undefined));
    await this.#flushing;
  }

  async #send(): Promise<void> {
    const { redis, minerId, log } = this.#options;
    const { loops } = this;
    this.#flushedAt = Date.now();
    log.info(`${loops - this.#confirmed} units of work done, updating hash counter`);
    const note = keys.counted(minerId);
    await redis.eval(COUNT, 2, keys.hashes, note, loops, this.#confirmed, NOTE_TTL_MS);
    this.#confirmed = loops;
  }
}
