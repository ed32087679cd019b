/**
 * Ends a miner that looks alive and takes no job: rare, but the failure of queue workers that people report most,
 * because nothing else ever notices it.
 * @module
 */
import { RATE_LIMITER, type LoopQueue } from '@dockercoins/common/queue';
import type { MinerStats } from './stats.ts';

const LOOKS = 10;

interface WatchdogOptions {
  /** Opened over a connection that fails fast. */
  queue: LoopQueue;
  stats: MinerStats;
  /** Longest time in milliseconds without a job while jobs wait; the queue is checked ten times in this time. */
  limitMs: number;
  /** Called with the reason. */
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

  /** Only checks that Redis answered count: while it is away, no miner can have a job. */
  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const idle = !this.#hasWorked() && (await couldHaveJob(this.#options.queue));
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
    const { loops, errors, active } = this.#options.stats;
    const before = this.#seen;
    this.#seen = loops + errors;
    return active > 0 || this.#seen !== before;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Returns false if no job waits, or if the queue is paused or limited: an idle miner is healthy then. */
async function couldHaveJob(queue: LoopQueue): Promise<boolean> {
  const [{ waiting = 0 }, paused, maxed, limit] = await Promise.all([
    queue.getJobCounts('waiting'),
    queue.isPaused(),
    queue.isMaxed(),
    queue.getGlobalRateLimit(),
  ]);
  if (waiting === 0 || paused || maxed) return false;
  return (await queue.getRateLimitTtl(limit?.max ?? RATE_LIMITER.max)) <= 0;
}
