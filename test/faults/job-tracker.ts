/**
 * Tracks what becomes of every job, from BullMQ's event stream.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { queueKeys } from '@dockercoins/common/queue-keys';

/** Entries per read. */
const BATCH = 5000;

export class JobTracker implements AsyncDisposable {
  readonly added = new Set<string>();
  readonly completed = new Set<string>();
  /** Jobs that failed for good, with the reason. */
  readonly failed = new Map<string, string>();
  /** Ids of jobs that completed or failed more than once. */
  readonly finishedTwice: string[] = [];
  /** Hashes of the coins that completed jobs found. */
  readonly coins = new Set<string>();
  /** Failed attempts that were retried. */
  retries = 0;
  /** Jobs taken back from a stalled miner. */
  stalled = 0;
  readonly #redis: Redis;
  readonly #reading: Promise<void>;
  #lastId = '0';
  #stopped = false;

  constructor(redisUrl: string) {
    this.#redis = new Redis(redisUrl, {
      maxRetriesPerRequest: null,
      retryStrategy: () => 50,
    });
    this.#redis.on('error', () => undefined); // faults include outages of Redis
    this.#reading = this.#read();
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
        this.#track(fields);
        this.#lastId = id;
      }
      if (this.#stopped && entries.length === 0) return;
      if (entries.length < BATCH) await sleep(20);
    }
  }

  async #next(): Promise<[string, string[]][]> {
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

  #track(fields: string[]): void {
    const entry = Object.fromEntries(
      fields.flatMap((name, index) => (index % 2 === 0 ? [[name, fields[index + 1] ?? '']] : [])),
    ) as Record<string, string>;
    const { event, jobId = '' } = entry;
    if (event === 'added') this.added.add(jobId);
    if (event === 'completed') this.#trackCompleted(jobId, entry['returnvalue'] ?? '{}');
    if (event === 'failed') this.#trackFailed(jobId, entry['failedReason'] ?? '');
    if (event === 'delayed') this.retries++;
    if (event === 'stalled') this.stalled++;
  }

  #trackCompleted(id: string, result: string): void {
    if (this.#isFinished(id)) this.finishedTwice.push(id);
    this.completed.add(id);
    const { hash, coin } = JSON.parse(result) as { hash: string; coin: boolean };
    if (coin) this.coins.add(hash);
  }

  #trackFailed(id: string, reason: string): void {
    if (this.#isFinished(id)) this.finishedTwice.push(id);
    this.failed.set(id, reason);
  }

  #isFinished(id: string): boolean {
    return this.completed.has(id) || this.failed.has(id);
  }
}
