/**
 * Ends a miner that looks alive but takes no jobs. That is rare, and no health check shows it (BullMQ issues 4479, 4585).
 * @module
 */
import { limitedFor, type LoopQueue } from '@dockercoins/common/queue/queue';
import type { Activity } from './worker.ts';

const CHECKS = 10;

interface WatchdogOptions {
  /** Opened over a connection that fails fast. */
  queue: LoopQueue;
  /** Of the worker that takes jobs from it. */
  activity: Activity;
  /** Longest time without a job while jobs wait (ms). The queue is checked ten times in that time. */
  limitMs: number;
  /** Called once, with the reason. */
  onStuck: (reason: string) => void;
}

/** Watches until it is disposed of. */
export class Watchdog implements Disposable {
  readonly #options: WatchdogOptions;
  readonly #timer: NodeJS.Timeout;
  #idleChecks = 0;
  #ended = 0;
  #isChecking = false;

  constructor(options: WatchdogOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#check(), options.limitMs / CHECKS);
  }

  /** A failed check proves nothing: while Redis is unreachable, no miner can get a job. */
  async #check(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    try {
      const isIdle = !this.#hasWorked() && (await couldHaveJob(this.#options.queue));
      this.#idleChecks = isIdle ? this.#idleChecks + 1 : 0;
    } catch {
      this.#idleChecks = 0;
    }
    this.#isChecking = false;
    if (this.#idleChecks < CHECKS) return;
    clearInterval(this.#timer);
    const seconds = this.#options.limitMs / 1000;
    this.#options.onStuck(`jobs are waiting, but this miner got none for ${seconds} s: exiting`);
  }

  #hasWorked(): boolean {
    const { ended, active, resting } = this.#options.activity;
    const before = this.#ended;
    this.#ended = ended;
    return active > 0 || resting || ended !== before;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Returns false if no job waits, or if the queue is paused or limited: then an idle miner is healthy. */
async function couldHaveJob(queue: LoopQueue): Promise<boolean> {
  const [{ waiting = 0 }, isPaused, isMaxed, limitedMs] = await Promise.all([
    queue.getJobCounts('waiting'),
    queue.isPaused(),
    queue.isMaxed(),
    limitedFor(queue),
  ]);
  return waiting > 0 && !isPaused && !isMaxed && limitedMs === 0;
}
