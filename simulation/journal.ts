/**
 * What happened to the jobs of a queue, for those who follow one: what the dashboard's server reads from BullMQ.
 * Times in milliseconds since the start.
 * @module
 */
import type { JobPath, JobRun, RunEnd } from '../dashboard/frame/job-path.ts';
import type { Engine } from './engine.ts';

/** A job that is handed back again and again has any number of runs. The latest are remembered. */
const MAX_RUNS = 20;

/** What is remembered of a job itself. */
interface Subject {
  readonly id: number;
  readonly addedAt: number;
  /** Its coin (64 hex digits), once it is in the wallet. */
  readonly coin: string | undefined;
}

/** What a run did that completed its job; unknown if an earlier one had claimed its coin. */
export type Loop = Pick<JobRun, 'stages' | 'rng' | 'hasher'>;

const UNKNOWN: Loop = { stages: null, rng: null, hasher: null };

export interface JobRecord {
  readonly job: Subject;
  state: JobPath['state'];
  finishedAt: number | null;
  /** Oldest first. */
  readonly runs: JobRun[];
}

export class Journal {
  readonly #engine: Engine;
  readonly #kept: number;
  readonly #records = new Map<number, JobRecord>();
  readonly #finished: Record<'completed' | 'failed', JobRecord[]> = { completed: [], failed: [] };

  /** @param kept how many completed and how many failed jobs are remembered */
  constructor(engine: Engine, kept: number) {
    this.#engine = engine;
    this.#kept = kept;
  }

  /** Undefined if the queue no longer has this job. */
  get(id: number): JobRecord | undefined {
    return this.#records.get(id);
  }

  /** Oldest first. */
  get completed(): readonly JobRecord[] {
    return this.#finished.completed;
  }

  added(job: Subject): void {
    this.#records.set(job.id, { job, state: 'waiting', finishedAt: null, runs: [] });
  }

  taken({ id }: Subject, miner: string): void {
    const record = this.#records.get(id);
    if (record === undefined) return;
    record.state = 'active';
    const takenAt = this.#engine.now;
    record.runs.push({ miner, takenAt, endedAt: null, end: 'running', reason: null, ...UNKNOWN });
    if (record.runs.length > MAX_RUNS) record.runs.shift();
  }

  /** The latest run of a job has ended. */
  ended(
    { id }: Subject,
    end: RunEnd,
    { reason = null, loop = UNKNOWN }: { reason?: string | null; loop?: Loop | undefined } = {},
  ): void {
    const run = this.#records.get(id)?.runs.at(-1);
    if (run !== undefined) Object.assign(run, { endedAt: this.#engine.now, end, reason, ...loop });
  }

  /** A job is in this state from now on. */
  moved({ id }: Subject, state: JobPath['state']): void {
    const record = this.#records.get(id);
    if (record === undefined) return;
    record.state = state;
    if (state !== 'completed' && state !== 'failed') return;
    record.finishedAt = this.#engine.now;
    const finished = this.#finished[state];
    finished.push(record);
    const oldest = finished.length > this.#kept ? finished.shift() : undefined;
    if (oldest !== undefined) this.#records.delete(oldest.job.id);
  }
}
