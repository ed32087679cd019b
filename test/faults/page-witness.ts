/**
 * Watches the page during the faults, and compares what it says with the truth, which is read from Redis directly.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Browser } from 'playwright-core';
import { keys } from '@dockercoins/common/contract';
import { queueKey, queueKeys } from '@dockercoins/common/queue/queue-keys';
import { openPage, type OpenPage } from '../../tools/stack/open-page.ts';
import { isRateTrue, isValueTrue, type Reading } from './truth.ts';

const COMPARE_MS = 300;

/** How long readings are kept. */
const KEEP_MS = 30_000;

/** The page notices after four seconds that no frames arrive; the last one may be a second older, and the machine is busy. */
const AGE_MS = 6000;

/** If no loop completes for this long, the page must not say that all is well. */
const SILENCE_MS = 12_000;

/** What the page says when its figures are not current. */
const STALE = /^(connecting|connection lost|Redis is unreachable|cannot read data)/;

/** Text that no page should show. */
const NONSENSE = /NaN|undefined|Infinity|\[object/;

const COUNTS = ['completed', 'coins', 'waiting', 'active', 'delayed', 'failed'] as const;
type Counts = Record<(typeof COUNTS)[number], number>;

export class PageWitness implements AsyncDisposable {
  /** What the page said that was not true. */
  readonly findings: string[] = [];
  /** Number of comparisons, to show that it did watch. */
  comparisons = 0;
  /** The fault that is being injected, for the findings. */
  fault = 'warm-up';
  readonly #redis: Redis;
  readonly #page: OpenPage;
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;
  #truth: Reading<Counts>[] = [];

  private constructor(redis: Redis, page: OpenPage) {
    this.#redis = redis;
    this.#page = page;
    this.#done = this.#watch();
  }

  static async open(browser: Browser, dashboard: string, redis: Redis): Promise<PageWitness> {
    return new PageWitness(redis, await openPage(browser, `${dashboard}/?reveal`));
  }

  async #watch(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const shown = await this.#readPage();
      await this.#readTruth();
      const stale = STALE.test(shown['status'] ?? '');
      if (!stale && shown['speed'] !== undefined) this.#compare(shown);
      await sleep(COMPARE_MS);
    }
  }

  async #readTruth(): Promise<void> {
    const now = performance.now();
    try {
      const replies = await Promise.all([
        this.#redis.hget(queueKeys().completedCount, 'count'),
        this.#redis.hlen(keys.wallet),
        this.#redis.llen(queueKey('wait')),
        this.#redis.llen(queueKeys().active),
        this.#redis.zcard(queueKey('delayed')),
        this.#redis.zcard(queueKey('failed')),
      ]);
      const [completed, coins, waiting, active, delayed, failed] = replies.map(Number);
      const values = { completed, coins, waiting, active, delayed, failed } as Counts;
      this.#truth.push({ at: performance.now(), values });
    } catch {
      this.#truth = []; // Redis is unreachable: what was true before proves nothing now
    }
    this.#truth = this.#truth.filter(({ at }) => now - at < KEEP_MS);
  }

  /** Returns the text of every element with a test id; of several with the same id, the first. */
  async #readPage(): Promise<Record<string, string>> {
    const read = `Object.fromEntries([
      ...[...document.querySelectorAll('[data-testid]')].reverse().map((it) => [it.dataset.testid, it.textContent.trim()]),
      ['status', document.querySelector('header [role=status]')?.textContent.trim() ?? ''],
      ['text', document.body.innerText],
    ])`;
    return this.#page.page.evaluate<Record<string, string>>(read);
  }

  #compare(shown: Record<string, string>): void {
    this.comparisons++;
    const now = performance.now();
    for (const name of COUNTS) {
      const value = Number((shown[name] ?? '').replaceAll(',', ''));
      const isTrue = isValueTrue(this.#truth, name, value, now - AGE_MS);
      if (!isTrue) this.#report(`${name} ${shown[name]}`, this.#recent(name));
    }
    const speed = shown['speed'] === '–' ? undefined : Number(shown['speed']?.replaceAll(',', ''));
    if (speed !== undefined && !isRateTrue(this.#truth, speed, now)) {
      this.#report(`${shown['speed']} hashes/s`, this.#recent('completed'));
    }
    const first = this.#truth.find(({ at }) => now - at <= SILENCE_MS);
    const isSilent =
      first !== undefined &&
      now - first.at > SILENCE_MS - 1000 &&
      first.values.completed === this.#truth.at(-1)?.values.completed;
    const isLive = /^live\b/.test(shown['status'] ?? '');
    if (isSilent && isLive) this.#report('"live"', `no loop for ${SILENCE_MS / 1000} s`);
    if (isLive && shown['problem'] !== undefined) this.#report('"live"', shown['problem']);
    const nonsense = NONSENSE.exec(shown['text'] ?? '');
    if (nonsense) this.#report('the text', `contains ${nonsense[0]}`);
  }

  /** Returns the values of the last few seconds, oldest first. */
  #recent(name: keyof Counts): string {
    const now = performance.now();
    return this.#truth
      .filter(({ at }) => now - at <= 2 * AGE_MS)
      .map(({ at, values }) => `${((at - now) / 1000).toFixed(1)} s: ${values[name]}`)
      .join(', ');
  }

  #report(shown: string, truth: string): void {
    this.findings.push(`during "${this.fault}" the page showed ${shown}; the truth was ${truth}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#done;
    await this.#page[Symbol.asyncDispose]();
  }
}
