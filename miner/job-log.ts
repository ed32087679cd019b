/**
 * The log of a job, in Redis: one line for each of its runs that did not complete it. BullMQ removes it with the job.
 *
 * A line is added after the queue has accepted how the run ended. So a run that has lost its lock adds none: the job is another
 * run's by then, and whoever noticed the stall has added a line. Nothing waits for a line, and one that Redis refuses is missing.
 * @module
 */
import type { Job } from 'bullmq';
import type { Logger } from '@dockercoins/common/log/log';
import type { LoopQueue } from '@dockercoins/common/queue/queue';
import { queueKeys } from '@dockercoins/common/queue/queue-keys';
import type { RedisClient } from '@dockercoins/common/queue/redis';
import type { RedisClock } from '@dockercoins/common/queue/redis-clock';
import type { EndedRun } from '@dockercoins/common/reports';

/** The newest lines that a job keeps. It has five attempts, but may be handed back any number of times. */
const KEPT_LINES = 10;

/** Characters of an error's message that a line keeps. */
const REASON_LENGTH = 200;

/**
 * Returns whether a worker holds the job, the number of its runs, and by whom and when it was taken last. `ats`, `pb` and
 * `processedOn` are BullMQ's. KEYS: lock, job.
 */
const READ_LATEST_RUN = `
  return { redis.call('EXISTS', KEYS[1]), unpack(redis.call('HMGET', KEYS[2], 'ats', 'pb', 'processedOn')) }`;

type LatestRun = [isHeld: 0 | 1, run: string, miner: string | null, takenAt: string | null];

interface JobLogOptions {
  redis: RedisClient;
  /** The queue of the jobs. */
  queue: LoopQueue;
  clock: RedisClock;
  /** Name of this miner. */
  name: string;
  log: Logger;
}

export class JobLog {
  readonly #options: JobLogOptions;

  constructor(options: JobLogOptions) {
    this.#options = options;
  }

  /**
   * Adds that a run by this miner has ended.
   * @param reason the error's message
   */
  add(job: Job, end: 'failed' | 'handed back', reason: string): void {
    const { clock, name: miner } = this.#options;
    const now = Date.now(); // by this machine's clock, as is `processedOn`
    const { id = '', attemptsStarted: run, processedOn = now } = job;
    const [at, ms] = [clock.now(), Math.max(0, now - processedOn)];
    void this.#push(id, { run, end, at, miner, ms, reason: reason.slice(0, REASON_LENGTH) });
  }

  /** Adds that a job has stalled. If another miner has taken it since, nobody knows any more which one had it before. */
  addStalled(id: string): void {
    void this.#push(id, this.#readStalled(id));
  }

  async #readStalled(id: string): Promise<EndedRun> {
    const { redis, queue, clock } = this.#options;
    const { lock, job } = queueKeys(queue.name);
    const reply = await redis.eval(READ_LATEST_RUN, 2, lock(id), job(id));
    const [isHeld, run, miner, takenAt] = reply as LatestRun;
    const at = clock.now();
    const holder = { miner: miner ?? undefined, ms: Math.max(0, at - Number(takenAt)) };
    return { run: Number(run) - isHeld, end: 'stalled', at, ...(isHeld === 0 && holder) };
  }

  async #push(id: string, run: EndedRun | Promise<EndedRun>): Promise<void> {
    const { queue, log } = this.#options;
    try {
      await queue.addJobLog(id, JSON.stringify(await run), KEPT_LINES);
    } catch (err) {
      log.debug({ err, job: id }, 'could not add to the log of the job');
    }
  }
}
