/**
 * Ends a miner that looks alive and takes no job: rare, but the failure of queue workers that people
 * report most, because nothing else ever notices it.
 * @module
 */
import type { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Tally } from './tally.ts';

const LOOKS = 10;

interface WatchdogOptions {
  worker: Worker;
  redis: Redis;
  tally: Tally;
  /** Longest time in milliseconds without a job while jobs wait; it is looked at ten times in this time. */
  limitMs: number;
  /** Told the reason. */
  onStuck: (reason: string) => void;
}

/** Watches until it is disposed of. */
export class Watchdog implements Disposable {
  readonly #options: WatchdogOptions;
  readonly #timer: NodeJS.Timeout;
  #idleLooks = 0;
  #seen = 0;
  #looking = false;

  constructor(options: WatchdogOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#look(), options.limitMs / LOOKS);
  }

  /** Only looks that Redis answered count: while it is away, nobody can have a job. */
  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const idle = !this.#hasWorked() && (await this.#jobsWait());
      this.#idleLooks = idle ? this.#idleLooks + 1 : 0;
    } catch {
      this.#idleLooks = 0;
    }
    this.#looking = false;
    if (this.#idleLooks < LOOKS) return;
    clearInterval(this.#timer);
    const seconds = this.#options.limitMs / 1000;
    this.#options.onStuck(`jobs wait, but this miner got none for ${seconds} s: it gives up`);
  }

  #hasWorked(): boolean {
    const { loops, errors, active } = this.#options.tally;
    const before = this.#seen;
    this.#seen = loops + errors;
    return active > 0 || this.#seen !== before;
  }

  async #jobsWait(): Promise<boolean> {
    const { worker, redis } = this.#options;
    const [waiting, paused] = await Promise.all([
      redis.llen(worker.toKey('wait')),
      redis.hexists(worker.toKey('meta'), 'paused'),
    ]);
    return waiting > 0 && paused === 0;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
