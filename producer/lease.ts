/**
 * A lease in Redis: of any number of replicas at most one holds it, and when that one dies, another
 * gets it as soon as it has run out.
 * @module
 */
import type { Redis } from 'ioredis';

/** Takes the lease where it is free and renews it where it is ours, in one step. */
const HOLD = `
  local holder = redis.call('GET', KEYS[1])
  if holder and holder ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 1`;

/** Gives it back only where it is ours: it may have run out and gone to another. */
const RELEASE = `
  if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

export class Lease {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #holder: string;
  readonly #ttlMs: number;

  /** @param holder a name that no other process has */
  constructor(redis: Redis, key: string, holder: string, ttlMs: number) {
    this.#redis = redis;
    this.#key = key;
    this.#holder = holder;
    this.#ttlMs = ttlMs;
  }

  /** Takes or renews the lease for its time to live. Tells whether it is ours now. */
  async hold(): Promise<boolean> {
    return (await this.#redis.eval(HOLD, 1, this.#key, this.#holder, this.#ttlMs)) === 1;
  }

  /** Lets the next one have it without waiting for it to run out. */
  async release(): Promise<void> {
    await this.#redis.eval(RELEASE, 1, this.#key, this.#holder);
  }
}
