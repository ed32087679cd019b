/**
 * Keeps the queues topped up while this replica holds the lease.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { JOB_NAME, MAX_BACKLOG, type LoopData } from '@dockercoins/common/contract';
import type { LoopQueue } from '@dockercoins/common/queue/queue';
import type { RedisClock } from '@dockercoins/common/queue/redis-clock';
import type { Logger } from '@dockercoins/common/log/log';
import { WarnOnce } from '@dockercoins/common/log/warn-once';
import type { Tracing } from '@dockercoins/common/tracing/tracing';
import type { Lease } from './lease.ts';
import { backlogOf, DUE_SOON_MS, Refill, type Backlog } from './refill.ts';

/** How often the queues are checked. */
const INTERVAL_MS = 100;

/** How long a replica that cannot refill leaves the lease to others. */
const STAND_ASIDE_MS = 1000;

const SUMMARY_MS = 10_000;

interface ProducerOptions {
  /** Opened over a connection that fails fast. */
  queues: readonly LoopQueue[];
  lease: Lease;
  clock: RedisClock;
  /** Minimum number of jobs to keep waiting in each queue. */
  backlog: number;
  /** Jobs to add per second while fewer than `MAX_BACKLOG` wait; 0 = as many as the backlog needs. */
  rate?: number;
  /** Every how many jobs one is poison; 0 = never. */
  poisonEvery?: number;
  log: Logger;
  /** Called after each chunk with the number of jobs added. */
  onAdded?: (jobs: number) => void;
  tracing?: Pick<Tracing, 'addJobs'> | undefined;
}

/** A queue while this replica leads. */
interface Refilled {
  queue: LoopQueue;
  refill: Refill;
  /** True from the first dropped job until the backlog has become clearly smaller. */
  isFull: boolean;
}

/** Share of `MAX_BACKLOG` below which the queue is no longer full: just below the limit, jobs are dropped now and then. */
const ROOM_AGAIN = 0.9;

export class Producer {
  readonly #options: ProducerOptions;
  readonly #warnings: WarnOnce;
  readonly #refilled: readonly Refilled[];
  /** Undefined until the first check, and after a failure. */
  #isLeader: boolean | undefined;
  #added = 0;
  #dropped = 0;
  #problem: Error | undefined;

  constructor(options: ProducerOptions) {
    this.#options = options;
    this.#warnings = new WarnOnce(options.log, 'cannot refill the queue');
    const { queues, backlog, rate = 0 } = options;
    this.#refilled = queues.map((queue) => ({
      queue,
      refill: new Refill({ minimum: backlog, rate: rate / queues.length }),
      isFull: false,
    }));
  }

  /** True if this replica held the lease when it last checked. */
  get isLeader(): boolean {
    return this.#isLeader === true;
  }

  /** Number of waiting jobs that this replica maintains in all queues; undefined if it does not lead, or its rate is fixed. */
  get target(): number | undefined {
    if (!this.isLeader || this.#options.rate) return undefined;
    return this.#refilled.reduce((sum, { refill }) => sum + refill.target, 0);
  }

  /** Number of jobs not added because a queue was full. */
  get dropped(): number {
    return this.#dropped;
  }

  /** @throws {Error} the reason, if the last attempt to lead or to refill failed */
  check(): void {
    if (this.#problem !== undefined) throw this.#problem;
  }

  /** Refills the queues until `signal` is aborted. Resolves once the lease is released. */
  async run(signal: AbortSignal): Promise<void> {
    const { log } = this.#options;
    let added = 0;
    let summaryAt = performance.now();
    while (!signal.aborted) {
      added += await this.#refillIfLeader();
      if (added > 0 && performance.now() - summaryAt >= SUMMARY_MS) {
        log.info({ added }, `${added} jobs added`);
        added = 0;
        summaryAt = performance.now();
      }
      const pause = this.#problem === undefined ? INTERVAL_MS : STAND_ASIDE_MS;
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
    await this.#releaseLease();
  }

  /** Returns how many jobs were added. */
  async #refillIfLeader(): Promise<number> {
    const { lease, log } = this.#options;
    try {
      const isLeader = await lease.hold();
      if (isLeader !== this.#isLeader) {
        log.info(isLeader ? 'leader: refilling the queue' : 'standby: another replica refills');
        for (const { refill } of this.#refilled) refill.restart();
      }
      this.#isLeader = isLeader;
      const added = isLeader ? await this.#refill() : 0;
      this.#problem = undefined;
      this.#warnings.recovered();
      return added;
    } catch (err) {
      this.#problem = err as Error;
      this.#isLeader = undefined;
      this.#warnings.warn(err);
      await this.#releaseLease(); // another replica may be able to refill
      return 0;
    }
  }

  /** Adds the missing jobs for as long as we hold the lease. Returns how many were added. */
  async #refill(): Promise<number> {
    const { lease, clock, onAdded, tracing } = this.#options;
    let added = 0;
    for (const refilled of this.#refilled) {
      const { queue, refill } = refilled;
      for (const size of await this.#chunks(refilled)) {
        if (added > 0 && !(await lease.hold())) return added;
        const opts = { timestamp: clock.now() };
        const jobs = Array.from({ length: size }, () => {
          return { name: JOB_NAME, data: this.#nextData(), opts };
        });
        if (tracing === undefined) await queue.addBulk(jobs);
        else await tracing.addJobs(queue.name, jobs, (traced) => queue.addBulk(traced));
        refill.added(size);
        added += size;
        onAdded?.(size);
      }
    }
    return added;
  }

  /** Returns the sizes of the chunks to add to a queue. */
  async #chunks(refilled: Refilled): Promise<number[]> {
    const backlog = await this.#readBacklog(refilled.queue);
    const { chunks, dropped } = refilled.refill.next(backlog, performance.now());
    this.#drop(dropped, refilled, backlog);
    return chunks;
  }

  async #readBacklog(queue: LoopQueue): Promise<Backlog> {
    const [counts, delayed] = await Promise.all([
      queue.getJobCounts('waiting', 'prioritized'),
      queue.getDelayedCount(this.#options.clock.now() + DUE_SOON_MS),
    ]);
    return { ...counts, delayed };
  }

  /** Counts jobs that are not added, and logs when this begins and ends. */
  #drop(jobs: number, refilled: Refilled, backlog: Backlog): void {
    const { log } = this.#options;
    const { name } = refilled.queue;
    this.#dropped += jobs;
    if (jobs > 0 && !refilled.isFull) {
      log.warn(
        `the backlog of ${name} has reached its limit of ${MAX_BACKLOG} jobs: dropping the rest`,
      );
      refilled.isFull = true;
    } else if (refilled.isFull && backlogOf(backlog) < ROOM_AGAIN * MAX_BACKLOG) {
      log.info(`the backlog of ${name} has room again`);
      refilled.isFull = false;
    }
  }

  #nextData(): LoopData {
    const { poisonEvery } = this.#options;
    return poisonEvery && ++this.#added % poisonEvery === 0 ? { poison: true } : {};
  }

  async #releaseLease(): Promise<void> {
    const { lease, log } = this.#options;
    await lease.release().catch((err: unknown) => log.debug({ err }, 'the lease will expire'));
  }
}
