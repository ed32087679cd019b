/**
 * Keeps the books: what became of every job, from BullMQ's own stream of events.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { queueKeys } from '@dockercoins/common/queue-keys';

/** Entries in one read. */
const BATCH = 5000;

export class Ledger implements AsyncDisposable {
  readonly added = new Set<string>();
  readonly completed = new Set<string>();
  /** Jobs that failed for good, with the reason. */
  readonly failed = new Map<string, string>();
  /** Ids that were told as finished more than once. */
  readonly finishedTwice: string[] = [];
  /** Hashes of the coins that completed jobs found. */
  readonly coins = new Set<string>();
  /** Tries that failed and are made again. */
  retries = 0;
  /** Jobs that were taken from a miner that was silent. */
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
    this.#redis.on('error', () => undefined); // it is taken away on purpose
    this.#reading = this.#read();
  }

  /** Notes what is in the stream still, then stops. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    await this.#reading;
    this.#redis.disconnect();
  }

  async #read(): Promise<void> {
    for (;;) {
      const entries = await this.#next();
      for (const [id, fields] of entries) {
        this.#note(fields);
        this.#lastId = id;
      }
      if (this.#stopped && entries.length === 0) return;
      if (entries.length < BATCH) await sleep(20);
    }
  }

  async #next(): Promise<[string, string[]][]> {
    try {
      const found = await this.#redis.xread(
        'COUNT',
        BATCH,
        'STREAMS',
        queueKeys.events,
        this.#lastId,
      );
      return found?.[0]?.[1] ?? [];
    } catch {
      return []; // the connection was cut; it is asked again
    }
  }

  #note(fields: string[]): void {
    const told = Object.fromEntries(
      fields.flatMap((name, index) => (index % 2 === 0 ? [[name, fields[index + 1] ?? '']] : [])),
    ) as Record<string, string>;
    const { event, jobId = '' } = told;
    if (event === 'added') this.added.add(jobId);
    if (event === 'completed') this.#noteCompleted(jobId, told['returnvalue'] ?? '{}');
    if (event === 'failed') this.#noteFailed(jobId, told['failedReason'] ?? '');
    if (event === 'delayed') this.retries++;
    if (event === 'stalled') this.stalled++;
  }

  #noteCompleted(id: string, result: string): void {
    if (this.#isFinished(id)) this.finishedTwice.push(id);
    this.completed.add(id);
    const { hash, coin } = JSON.parse(result) as { hash: string; coin: boolean };
    if (coin) this.coins.add(hash);
  }

  #noteFailed(id: string, reason: string): void {
    if (this.#isFinished(id)) this.finishedTwice.push(id);
    this.failed.set(id, reason);
  }

  #isFinished(id: string): boolean {
    return this.completed.has(id) || this.failed.has(id);
  }
}
