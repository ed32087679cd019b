/**
 * A lease in Redis: at most one of any number of replicas holds it. If the holder dies, another replica gets the lease when
 * it expires.
 * @module
 */
import type { RedisClient } from '@dockercoins/common/queue/redis';
import type { RedisClock } from '@dockercoins/common/queue/redis-clock';

/** Takes the lease if it is free and renews it if it is ours, in one step. Returns 1 if we hold it, and Redis' time (ms). */
const HOLD = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local holder = redis.call('GET', KEYS[1])
  if holder and holder ~= ARGV[1] then return { 0, now } end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return { 1, now }`;

/** Releases the lease only if it is ours: it may have expired and gone to another replica. */
const RELEASE = `
  if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

interface LeaseOptions {
  redis: RedisClient;
  key: string;
  /** A name that no other process has. */
  holder: string;
  ttlMs: number;
  /** Set to Redis' time with each renewal. */
  clock: RedisClock;
}

export class Lease {
  readonly #options: LeaseOptions;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** Takes or renews the lease for its time to live. Returns true if we hold it. */
  async hold(): Promise<boolean> {
    const { redis, key, holder, ttlMs, clock } = this.#options;
    const [held, now] = (await redis.eval(HOLD, 1, key, holder, ttlMs)) as [0 | 1, number];
    clock.set(now);
    return held === 1;
  }

  /** Gives up the lease, so that the next replica need not wait until it expires. */
  async release(): Promise<void> {
    const { redis, key, holder } = this.#options;
    await redis.eval(RELEASE, 1, key, holder);
  }
}
