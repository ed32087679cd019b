/**
 * Tracks what becomes of every job, from BullMQ's event stream.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { queueKey, queueKeys } from '@dockercoins/common/queue/queue-keys';
import { isAfter, type ResetMark } from './reset-mark.ts';

/** Entries per read. */
const BATCH = 5000;

/**
 * Events that the queue keeps during the test. Its usual number lasts for less than a second at full speed, and after an
 * outage of Redis, this reader can be back later than the miners.
 */
export const KEPT_EVENTS = 200_000;

export class JobTracker implements AsyncDisposable {
  readonly added = new Set<string>();
  readonly completed = new Set<string>();
  /** Jobs that failed for good, with the reason. */
  readonly failed = new Map<string, string>();
  /** Ids of jobs that completed or failed more than once. */
  readonly finishedTwice: string[] = [];
  /** Hashes of the coins that jobs found that were completed since the last reset. */
  readonly coins = new Set<string>();
  /** Coins that may be in the wallet or not, because there was a reset after they were found. */
  readonly doubtfulCoins = new Set<string>();
  /** Completed jobs that BullMQ does not count any more, because there was a reset. */
  uncounted = 0;
  /** Failed attempts that were retried. */
  retries = 0;
  /** Jobs taken back from a stalled miner. */
  stalled = 0;
  readonly #redis: Redis;
  readonly #reading: Promise<void>;
  #lastId = '0';
  #marks: ResetMark[] = [];
  #stopped = false;

  constructor(redisUrl: string) {
    this.#redis = new Redis(redisUrl, {
      maxRetriesPerRequest: null,
      enableReadyCheck: false, // otherwise, the client waits a second or more while Redis loads its data
      retryStrategy: () => 50,
    });
    this.#redis.on('error', () => undefined); // faults include outages of Redis
    this.#reading = this.#read();
  }

  /** Takes a reset into account once all events before it have been read. */
  addReset(mark: ResetMark): void {
    this.#marks.push(mark);
  }

  /** Reads the rest of the stream, then stops. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    await this.#reading;
    this.#redis.disconnect();
  }

  async #read(): Promise<void> {
    for (;;) {
      const entries = await this.#next();
      for (const [id, fields] of entries) {
        this.#passMarks(id);
        this.#track(fields);
        this.#lastId = id;
      }
      if (this.#stopped && entries.length === 0) return;
      if (entries.length < BATCH) await sleep(20);
    }
  }

  async #next(): Promise<[string, string[]][]> {
    this.#redis
      .hset(queueKey('meta'), 'opts.maxLenEvents', KEPT_EVENTS) // every producer that starts sets it, too
      .catch(() => undefined); // Redis is full, read-only, or gone
    try {
      const streams = await this.#redis.xread(
        'COUNT',
        BATCH,
        'STREAMS',
        queueKeys().events,
        this.#lastId,
      );
      return streams?.[0]?.[1] ?? [];
    } catch {
      return []; // the connection was lost; the next read starts at the same entry
    }
  }

  /** @param nextId id of the next event to be tracked */
  #passMarks(nextId: string): void {
    const passed = this.#marks.filter(({ eventId }) => isAfter(nextId, eventId));
    this.#marks = this.#marks.slice(passed.length);
    for (const { counted, claimed } of passed) {
      this.uncounted = this.completed.size - counted;
      for (const coin of [...this.coins, ...claimed]) this.doubtfulCoins.add(coin);
      this.coins.clear();
    }
  }

  #track(fields: string[]): void {
    const entry = Object.fromEntries(
      fields.flatMap((name, index) => (index % 2 === 0 ? [[name, fields[index + 1] ?? '']] : [])),
    ) as Record<string, string>;
    const { event, jobId = '' } = entry;
    const isFinished = this.completed.has(jobId) || this.failed.has(jobId);
    if (isFinished && (event === 'completed' || event === 'failed')) this.finishedTwice.push(jobId);
    if (event === 'added') this.added.add(jobId);
    if (event === 'completed') this.#trackCompleted(jobId, entry['returnvalue'] ?? '{}');
    if (event === 'failed') this.failed.set(jobId, entry['failedReason'] ?? '');
    if (event === 'delayed') this.retries++;
    if (event === 'stalled') this.stalled++;
  }

  #trackCompleted(id: string, result: string): void {
    this.completed.add(id);
    const { hash, coin } = JSON.parse(result) as { hash: string; coin: boolean };
    if (coin) this.coins.add(hash);
  }
}
