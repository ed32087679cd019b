/**
 * Measures the speed from outside, from BullMQ's exact count of completed jobs.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { queueKeys } from '@dockercoins/common/queue/queue-keys';

const READ_MS = 100;
const WINDOW_MS = 500;
/** Share of the speed before a fault at which the stack counts as recovered. */
const RECOVERED = 0.7;
/** How long it must stay recovered. */
const STEADY_MS = 1000;

interface Reading {
  at: number;
  loops: number;
}

export class Speedometer {
  readonly #redis: Redis;
  #readings: Reading[] = [];

  /** @param redis a connection that fails fast */
  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /**
   * Measures the speed (loops/s) over the next `ms` milliseconds.
   * @throws {Error} if Redis is unreachable
   */
  async measure(ms: number): Promise<number> {
    const first = await this.#read();
    await sleep(ms);
    const last = await this.#read();
    if (first === undefined || last === undefined) throw new Error('Redis is unreachable');
    return speedBetween(first, last);
  }

  /**
   * Waits until the speed is back and `isHealthy` is true, and both stay so for a second.
   * @returns milliseconds until the start of that second; Infinity if that takes longer than `limitMs`
   */
  async timeToRecovery(
    speed: number,
    isHealthy: () => Promise<boolean>,
    limitMs: number,
  ): Promise<number> {
    const startedAt = performance.now();
    let since: number | undefined;
    this.#readings = [];
    while (performance.now() - startedAt < limitMs) {
      const isRecovered = (await this.#currentSpeed()) >= RECOVERED * speed && (await isHealthy());
      since = isRecovered ? (since ?? performance.now()) : undefined;
      if (since !== undefined && performance.now() - since >= STEADY_MS) return since - startedAt;
      await sleep(READ_MS);
    }
    return Infinity;
  }

  /** Returns the speed over the last half second; 0 if Redis was unreachable. */
  async #currentSpeed(): Promise<number> {
    const reading = await this.#read();
    if (reading === undefined) {
      this.#readings = [];
      return 0;
    }
    this.#readings = [...this.#readings.filter(({ at }) => at >= reading.at - WINDOW_MS), reading];
    const [first] = this.#readings;
    return first === undefined || first === reading ? 0 : speedBetween(first, reading);
  }

  async #read(): Promise<Reading | undefined> {
    try {
      const loops = await this.#redis.hget(queueKeys().completedCount, 'count');
      return { at: performance.now(), loops: Number(loops) };
    } catch {
      return undefined; // Redis is unreachable
    }
  }
}

function speedBetween(first: Reading, last: Reading): number {
  return ((last.loops - first.loops) * 1000) / (last.at - first.at);
}
