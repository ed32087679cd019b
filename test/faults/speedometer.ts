/**
 * The speed from outside: the exact count of loops, read ten times a second.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { queueKeys } from '@dockercoins/common/queue-keys';

const READ_MS = 100;
const WINDOW_MS = 500;
/** What is at least this share of the speed before the fault is "back". */
const BACK = 0.7;
/** It has to last for so long. */
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

  /** Loops a second over so many milliseconds from now. */
  async measure(ms: number): Promise<number> {
    const first = await this.#read();
    await sleep(ms);
    const last = await this.#read();
    if (first === undefined || last === undefined) throw new Error('Redis is away');
    return speedBetween(first, last);
  }

  /**
   * Waits until the speed is back and `others` hold, and stays so.
   * @returns milliseconds from now until it was so; Infinity where that takes longer than `limitMs`
   */
  async timeUntilBack(
    speed: number,
    others: () => Promise<boolean>,
    limitMs: number,
  ): Promise<number> {
    const began = performance.now();
    let since: number | undefined;
    this.#readings = [];
    while (performance.now() - began < limitMs) {
      const back = (await this.#now()) >= BACK * speed && (await others());
      since = back ? (since ?? performance.now()) : undefined;
      if (since !== undefined && performance.now() - since >= STEADY_MS) return since - began;
      await sleep(READ_MS);
    }
    return Infinity;
  }

  /** Over the last half second; 0 while there are no readings. */
  async #now(): Promise<number> {
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
      const loops = await this.#redis.hget(queueKeys.completedCount, 'count');
      return { at: performance.now(), loops: Number(loops) };
    } catch {
      return undefined; // Redis is away
    }
  }
}

function speedBetween(first: Reading, last: Reading): number {
  return ((last.loops - first.loops) * 1000) / (last.at - first.at);
}
