/**
 * A BullMQ queue on virtual time: the states of a job, its lock and its attempts, and what keeps workers from taking one.
 * Each method is one of BullMQ's scripts, so it happens at once.
 * @module
 */
import TinyQueue from 'tinyqueue';
import type { Random } from '@dockercoins/common/random';
import { ATTEMPTS, retryDelayMs } from '@dockercoins/common/retry';
import type { Engine, Timer } from './engine.ts';
import type { Journal, Loop } from './journal.ts';
import { Line } from './line.ts';

/** `maxStalledCount` of the workers: a job that stalls more often fails. */
const MAX_STALLS = 3;

/** Finished jobs that are kept of each kind: `removeOnComplete` and `removeOnFail` in `common/queue/queue.ts`. */
export const KEPT = 1000;

/** A lock, which only the run that took it can renew or use. */
interface Lock {
  /** The run: a token that no other run has. */
  readonly token: number;
  expiresAt: number;
}

export interface Job {
  readonly id: number;
  readonly addedAt: number;
  /** Every attempt fails. */
  readonly poison: boolean;
  /** Attempts that have failed, and how often it stalled. */
  attempts: number;
  stalls: number;
  /** A run has claimed a coin for it. */
  hasCoin: boolean;
  /** That coin, once a run has put it into the wallet. */
  coin: string | undefined;
  lock: Lock | undefined;
  /** When it was completed. */
  completedAt: number | undefined;
  /** Name of the miner that took it last. */
  miner: string;
  /** Found without a lock at the last check but one; see `checkStalled`. */
  isSuspect: boolean;
}

/** Somebody who takes jobs, one at a time. */
export interface Taker {
  /** The job is locked for this run. */
  start: (job: Job) => void;
  /** Name of its miner, and how long a lock lasts without renewal (ms). */
  readonly miner: string;
  readonly lockMs: number;
  /** Identifies the run. */
  token: number;
}

/** A job that failed for good. */
export interface Failure {
  id: number;
  reason: string;
  attempts: number;
  at: number;
}

/** A global limit: this many jobs in each period (ms). */
export interface RateLimit {
  jobs: number;
  periodMs: number;
}

interface Delayed {
  dueAt: number;
  job: Job;
}

export class VirtualQueue {
  readonly name: string;
  /** What happened to each job; undefined if nobody wants to know. */
  readonly journal: Journal | undefined;
  readonly #engine: Engine;
  readonly #random: Random;
  readonly #waiting = new Line<Job>();
  readonly #active = new Set<Job>();
  readonly #delayed = new TinyQueue<Delayed>(
    [],
    (a, b) => a.dueAt - b.dueAt || a.job.id - b.job.id,
  );
  /** Takers without a job, in the order in which they became idle. */
  readonly #idle = new Set<Taker>();
  #added = 0;
  /** Number of runs so far: each has a token of its own. */
  #runs = 0;
  #completed = 0;
  #completedCoins = 0;
  #failed = 0;
  #stalled = 0;
  #lastCompletedAt = -Infinity;
  /** The latest failures, newest first. */
  #failures: Failure[] = [];
  #isPaused = false;
  #isReachable = true;
  #concurrency = Infinity;
  #rate: RateLimit | undefined;
  /** The current period of the rate limit. */
  #period = { endsAt: -Infinity, jobs: 0 };
  #wakeUp: Timer | undefined;
  #nextCheckAt = -Infinity;

  /** @param random draws the jitter of retries */
  constructor(name: string, engine: Engine, random: Random, journal?: Journal) {
    this.name = name;
    this.journal = journal;
    this.#engine = engine;
    this.#random = random;
  }

  /** Totals since the start (`completedCoins`: completed jobs that found a coin), and jobs per state. */
  get counts() {
    return {
      added: this.#added,
      completed: this.#completed,
      completedCoins: this.#completedCoins,
      failed: this.#failed,
      stalled: this.#stalled,
      waiting: this.#waiting.length,
      active: this.#active.size,
      delayed: this.#delayed.length,
    };
  }

  /** Number of waiting jobs. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** When the job was added that a miner takes next (ms); null if none waits. */
  get nextAddedAt(): number | null {
    return this.#waiting.first?.addedAt ?? null;
  }

  /** Finished jobs that the queue still keeps. */
  get kept() {
    return { completed: Math.min(this.#completed, KEPT), failed: Math.min(this.#failed, KEPT) };
  }

  /** When a job was last completed; -Infinity if none ever was. */
  get lastCompletedAt(): number {
    return this.#lastCompletedAt;
  }

  get failures(): readonly Failure[] {
    return this.#failures;
  }

  /** Active jobs, those taken first first. */
  get active(): ReadonlySet<Job> {
    return this.#active;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Infinity without a limit. */
  get concurrency(): number {
    return this.#concurrency;
  }

  get rate(): RateLimit | undefined {
    return this.#rate;
  }

  /** How long the rate limit lets nobody take a job (ms). */
  get limitedMs(): number {
    if (this.#rate === undefined || this.#period.jobs < this.#rate.jobs) return 0;
    return Math.max(0, this.#period.endsAt - this.#engine.now);
  }

  /** Returns how many delayed jobs are due within this time (ms). */
  delayedWithin(ms: number): number {
    if (this.#delayed.length === 0) return 0;
    const latest = this.#engine.now + ms;
    return this.#delayed.data.filter(({ dueAt }) => dueAt <= latest).length;
  }

  /** @param isPoison tells for each of the new jobs whether all its attempts fail */
  add(jobs: number, isPoison: () => boolean): void {
    for (let n = 0; n < jobs; n++) {
      const job: Job = {
        id: ++this.#added,
        addedAt: this.#engine.now,
        poison: isPoison(),
        attempts: 0,
        stalls: 0,
        hasCoin: false,
        coin: undefined,
        lock: undefined,
        completedAt: undefined,
        miner: '',
        isSuspect: false,
      };
      this.journal?.added(job);
      this.#waiting.push(job);
    }
    this.#dispatch();
  }

  /** Starts the taker with a job: the next one, or as soon as there is one. */
  take(taker: Taker): void {
    const job = this.#next();
    if (job === undefined) this.#idle.add(taker);
    else this.#give(job, taker);
  }

  /** The taker no longer waits for a job. */
  leave(taker: Taker): void {
    this.#idle.delete(taker);
  }

  /**
   * Does nothing if the run no longer holds the job, as `fail` and `handBack`.
   * @param loop what the run did, for the journal; undefined if an earlier run had claimed the coin of the job
   */
  complete(job: Job, token: number, loop: Loop | undefined): void {
    if (!this.#release(job, token)) return;
    this.journal?.ended(job, 'completed', { loop });
    this.journal?.moved(job, 'completed');
    this.#completed++;
    if (job.hasCoin) this.#completedCoins++;
    job.completedAt = this.#engine.now;
    this.#lastCompletedAt = job.completedAt;
  }

  /** An attempt has failed: the job is retried later, unless that was its last attempt or a retry is hopeless. */
  fail(job: Job, token: number, reason: string, isHopeless: boolean): void {
    if (!this.#release(job, token)) return;
    this.journal?.ended(job, 'failed', { reason });
    job.attempts++;
    if (isHopeless || job.attempts >= ATTEMPTS) {
      this.#failForGood(job, reason);
      return;
    }
    this.journal?.moved(job, 'delayed');
    const ms = retryDelayMs(job.attempts, this.#random);
    this.#delayed.push({ dueAt: this.#engine.now + ms, job });
    this.#engine.after(ms, () => this.#promote());
  }

  /**
   * Puts the job at the front of the line without using up an attempt.
   * @param reason why, in the words of an error
   */
  handBack(job: Job, token: number, reason: string): void {
    if (!this.#release(job, token)) return;
    this.journal?.ended(job, 'handed back', { reason });
    this.journal?.moved(job, 'waiting');
    this.#waiting.pushFront(job);
    this.#dispatch();
  }

  /** Returns true if the run holds the job. */
  holds({ lock }: Job, token: number): boolean {
    return lock?.token === token && lock.expiresAt > this.#engine.now;
  }

  /** Returns false if the run has lost the job. */
  renew(job: Job, token: number, lockMs: number): boolean {
    if (!this.holds(job, token)) return false;
    job.lock = { token, expiresAt: this.#engine.now + lockMs };
    job.isSuspect = false;
    return true;
  }

  /**
   * Puts jobs back that were active at the last check and have no lock now. However many workers check, it happens once per
   * interval.
   */
  checkStalled(intervalMs: number): void {
    const { now } = this.#engine;
    if (now < this.#nextCheckAt) return;
    this.#nextCheckAt = now + intervalMs;
    for (const job of this.#active) {
      if (job.isSuspect && (job.lock === undefined || job.lock.expiresAt <= now)) {
        this.#active.delete(job);
        job.lock = undefined;
        job.stalls++;
        this.#stalled++;
        this.journal?.ended(job, 'stalled');
        this.journal?.moved(job, 'waiting');
        this.#waiting.pushFront(job);
      }
      job.isSuspect = true;
    }
    this.#dispatch();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#dispatch();
  }

  /** @param jobs how many may be active at once; Infinity = no limit */
  limitConcurrency(jobs: number): void {
    this.#concurrency = jobs;
    this.#dispatch();
  }

  limitRate(rate: RateLimit | undefined): void {
    this.#rate = rate;
    this.#dispatch();
  }

  /** While Redis is unreachable, nobody calls anything else, and no job becomes due. */
  setReachable(isReachable: boolean): void {
    this.#isReachable = isReachable;
    if (isReachable) this.#promote();
  }

  #promote(): void {
    if (!this.#isReachable) return;
    for (let next = this.#delayed.peek(); next !== undefined && next.dueAt <= this.#engine.now;) {
      this.#delayed.pop();
      this.journal?.moved(next.job, 'waiting');
      this.#waiting.push(next.job);
      next = this.#delayed.peek();
    }
    this.#dispatch();
  }

  /** Hands jobs to idle takers for as long as that is allowed. */
  #dispatch(): void {
    for (const taker of this.#idle) {
      const job = this.#next();
      if (job === undefined) return;
      this.#idle.delete(taker);
      this.#give(job, taker);
    }
  }

  /** Removes and returns the next job; undefined if no job waits, or a limit or a pause forbids taking one. */
  #next(): Job | undefined {
    while (this.#waiting.length > 0 && this.#mayTake()) {
      const job = this.#waiting.shift();
      if (job === undefined || job.stalls <= MAX_STALLS) return job;
      this.#failForGood(job, 'job stalled more than allowable limit');
    }
    return undefined;
  }

  #give(job: Job, taker: Taker): void {
    if (this.#rate !== undefined) this.#period.jobs++;
    this.#active.add(job);
    job.miner = taker.miner;
    job.isSuspect = false;
    taker.token = ++this.#runs;
    job.lock = { token: taker.token, expiresAt: this.#engine.now + taker.lockMs };
    this.journal?.taken(job, taker.miner);
    taker.start(job);
  }

  #mayTake(): boolean {
    if (this.#isPaused || !this.#isReachable || this.#active.size >= this.#concurrency)
      return false;
    if (this.#rate === undefined) return true;
    const { now } = this.#engine;
    if (now >= this.#period.endsAt) {
      this.#period = { endsAt: now + this.#rate.periodMs, jobs: 0 };
    }
    if (this.#period.jobs < this.#rate.jobs) return true;
    if (this.#wakeUp === undefined || this.#wakeUp.at <= now) {
      this.#wakeUp = this.#engine.after(this.#period.endsAt - now, () => this.#dispatch());
    }
    return false;
  }

  /** Takes the job out of the active ones if the run still holds it. */
  #release(job: Job, token: number): boolean {
    if (!this.holds(job, token)) return false;
    job.lock = undefined;
    this.#active.delete(job);
    if (this.#concurrency !== Infinity) this.#engine.after(0, () => this.#dispatch());
    return true;
  }

  #failForGood(job: Job, reason: string): void {
    const { id, attempts } = job;
    this.journal?.moved(job, 'failed');
    this.#failed++;
    const failure = { id, reason, attempts, at: this.#engine.now };
    this.#failures = [failure, ...this.#failures.slice(0, 4)];
  }
}
