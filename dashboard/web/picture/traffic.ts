/**
 * A model of the traffic: jobs that go from miner to rng to hasher, at the pace of the real ones.
 * @module
 */
import type { MinerGroup } from './miner-groups.ts';
import type { Pace } from './pace.ts';

/** Where a job is: at its miner, in line at rng, served by rng, or at hasher. */
export type Station = 'miner' | 'line' | 'rng' | 'hasher';

/** How a job leaves: completed; its attempt failed; or it only disappears, because the counts say so. */
export type Exit = 'done' | 'failed' | 'gone';

export interface Job {
  readonly id: number;
  /** Id of the miner group that holds it. */
  miner: string;
  station: Station;
  /** When it leaves the station (ms of the model's clock); in line, that depends on the others. */
  until: number;
}

/** A job went somewhere: from the queue if it is new, otherwise from where it was. */
export interface Move {
  job: Job;
  to: Station | Exit;
}

/**
 * A closed network of queues, driven by events: it has as many jobs as are in progress. Each works at its miner, stands in
 * line at rng, is served, is hashed, and is replaced by the next job of its miner. rng starts on a job at most every
 * 1/speed seconds, first come, first served, so the speed is the measured one, and by Little's law so is the line.
 */
export class Traffic {
  readonly jobs = new Set<Job>();
  /** The jobs in line, first one first. */
  readonly line: Job[] = [];
  #pace: Pace | undefined;
  #groups: readonly MinerGroup[] = [];
  #clock = 0;
  #admittedAt = -Infinity;
  #nextId = 1;
  #moves: Move[] = [];

  /** Adjusts the traffic to a new frame: to its pace, its miners, and its number of jobs. Returns what moved. */
  follow(pace: Pace, groups: readonly MinerGroup[]): Move[] {
    const isFirst = this.#pace === undefined;
    this.#pace = pace;
    this.#groups = groups.filter(({ lost }) => !lost);
    this.#leaveLostMiners();
    this.#fail();
    // A small surplus leaves by itself within about a second, as its jobs complete.
    while (this.jobs.size > pace.dots + Math.ceil(pace.speed)) {
      this.#exit(this.#lastOf('miner', 'line') ?? this.#lastOf('rng', 'hasher'), 'gone');
    }
    while (this.jobs.size < pace.dots) this.#add(this.#neediestGroup());
    if (pace.speed === 0) this.#settle();
    if (!isFirst) return this.#takeMoves();
    // The first picture shows the traffic as it has been for a while.
    this.advance((WARM_UP_LOOPS * pace.slowdown * pace.dots * 1000) / pace.speed);
    this.#takeMoves();
    return [...this.jobs].map((job) => ({ job, to: job.station }));
  }

  /** Lets time pass, in milliseconds of the viewer's clock. Returns what moved, in order. */
  advance(ms: number): Move[] {
    const pace = this.#pace;
    if (pace === undefined || pace.speed === 0) return [];
    const end = this.#clock + ms / pace.slowdown;
    for (;;) {
      const next = this.#next();
      const admission = this.#admission(pace);
      const at = Math.min(next?.until ?? Infinity, admission);
      if (at > end) break;
      this.#clock = Math.max(this.#clock, at);
      if (next !== undefined && next.until <= admission) this.#proceed(next, pace);
      else this.#admit(pace);
    }
    this.#clock = end;
    return this.#takeMoves();
  }

  count(...stations: Station[]): number {
    return [...this.jobs].filter(({ station }) => stations.includes(station)).length;
  }

  /** Returns the job outside the line that is the first to leave its station. */
  #next(): Job | undefined {
    let next: Job | undefined;
    for (const job of this.jobs) {
      if (job.station !== 'line' && job.until < (next?.until ?? Infinity)) next = job;
    }
    return next;
  }

  /** Returns when rng starts on the next job; Infinity if no job is in line or all slots are busy. */
  #admission({ slots, speed }: Pace): number {
    if (this.line.length === 0 || this.count('rng') >= slots) return Infinity;
    return Math.max(this.#clock, this.#admittedAt + 1000 / speed);
  }

  #admit({ rngMs }: Pace): void {
    const [first] = this.line;
    if (first === undefined) return;
    this.#admittedAt = this.#clock;
    this.#enter(first, 'rng', rngMs);
  }

  #proceed(job: Job, { hasherMs, dots }: Pace): void {
    if (job.station === 'miner') this.#enter(job, 'line', 0);
    else if (job.station === 'rng') this.#enter(job, 'hasher', hasherMs);
    else {
      const isSurplus = this.jobs.size > dots;
      this.#exit(job, 'done');
      if (!isSurplus) this.#add(job.miner);
    }
  }

  #add(miner: string): void {
    const job: Job = { id: this.#nextId++, miner, station: 'miner', until: 0 };
    this.jobs.add(job);
    this.#enter(job, 'miner', this.#pace?.workMs ?? 0);
  }

  #enter(job: Job, station: Station, ms: number): void {
    if (job.station === 'line') this.line.splice(this.line.indexOf(job), 1);
    if (station === 'line') this.line.push(job);
    job.station = station;
    job.until = this.#clock + ms;
    this.#moves.push({ job, to: station });
  }

  #exit(job: Job | undefined, exit: Exit): void {
    if (job === undefined) return;
    if (job.station === 'line') this.line.splice(this.line.indexOf(job), 1);
    this.jobs.delete(job);
    this.#moves.push({ job, to: exit });
  }

  /** The job of a dead miner is no longer in progress; that of a miner that shut down was completed. */
  #leaveLostMiners(): void {
    const ids = new Set(this.#groups.map(({ id }) => id));
    for (const job of this.jobs) {
      if (ids.has(job.miner)) continue;
      if (this.jobs.size > (this.#pace?.dots ?? 0)) this.#exit(job, 'gone');
      else job.miner = this.#neediestGroup();
    }
  }

  #fail(): void {
    const pace = this.#pace;
    for (let n = 0; n < (pace?.failed ?? 0); n += 1) {
      const [first] = this.line;
      const job =
        pace?.failing === 'hasher' ? this.#lastOf('hasher') : (first ?? this.#lastOf('rng'));
      this.#exit(job ?? this.#lastOf('miner', 'rng', 'hasher'), 'failed');
    }
  }

  /** Without speed, jobs stand where the reports say: as few as possible change places. */
  #settle(): void {
    const { pending, jobsPerDot = 1, workMs = 0, hasherMs = 0 } = this.#pace ?? {};
    const atRng = Math.round((pending?.rng ?? 0) / jobsPerDot);
    const atHasher = Math.round((pending?.hasher ?? 0) / jobsPerDot);
    const move = (from: Station[], to: Station, ms: number) => {
      const job = this.#lastOf(...from);
      if (job) this.#enter(job, to, ms);
    };
    while (this.count('hasher') > atHasher) move(['hasher'], 'miner', workMs);
    while (this.count('line', 'rng') > atRng)
      move(this.line.length ? ['line'] : ['rng'], 'miner', workMs);
    while (this.count('line', 'rng') < atRng && this.count('miner')) move(['miner'], 'line', 0);
    while (this.count('hasher') < atHasher && this.count('miner'))
      move(['miner'], 'hasher', hasherMs);
  }

  /** Returns the newest job at these stations. */
  #lastOf(...stations: Station[]): Job | undefined {
    return [...this.jobs].findLast(({ station }) => stations.includes(station));
  }

  /** Returns the group that lacks most of the jobs it reports; '' if there are no miners. */
  #neediestGroup(): string {
    const jobsPerDot = this.#pace?.jobsPerDot ?? 1;
    const held = new Map<string, number>();
    for (const { miner } of this.jobs) held.set(miner, (held.get(miner) ?? 0) + 1);
    const lacks = ({ id, active }: MinerGroup) => active / jobsPerDot - (held.get(id) ?? 0);
    return this.#groups.toSorted((a, b) => lacks(b) - lacks(a))[0]?.id ?? '';
  }

  #takeMoves(): Move[] {
    const moves = this.#moves;
    this.#moves = [];
    return moves;
  }
}

/** After so many loops per job, the traffic no longer depends on how it began. */
const WARM_UP_LOOPS = 5;
