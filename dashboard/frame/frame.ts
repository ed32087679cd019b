/**
 * What the dashboard's server sends to the page once a second.
 * @module
 */
import type { Stage } from '@dockercoins/common/contract';
import type { Coin, UpstreamName, Variations } from '@dockercoins/common/reports';
import type { Note, Point } from './point.ts';

export type { Note, Point, Setting, Settings } from './point.ts';
export type { UpstreamName };

/** How a stack was started, which determines the commands that change it. */
export type Way = 'compose' | 'npm' | 'swarm' | 'kubernetes';

/** How much history the server keeps and the page shows, in seconds. */
export const HISTORY_SECONDS = 3600;

/** Returns the fields of a frame that go into the history. */
export function pointOf(point: Point): Point {
  const { at, speed, loops, hashes, miners, rng, hasher, rngMs, hasherMs, settings, troubled } =
    point;
  return { at, speed, loops, hashes, miners, rng, hasher, rngMs, hasherMs, settings, troubled };
}

/** All queues together. */
export interface QueueView {
  /** Names of the queues. */
  names: string[];
  waiting: number;
  active: number;
  delayed: number;
  /** Failed and completed jobs that the queue still keeps: at most the latest 1,000 of each. */
  failed: number;
  completed: number;
  /** True if all queues are paused. */
  paused: boolean;
  /** Names of the paused queues. */
  pausedNames: string[];
  /** Maximum number of active jobs; null if one of the queues has no such limit. */
  concurrency: number | null;
  /** Maximum number of jobs per second that all miners together take; null if one of the queues has no such limit. */
  rate: number | null;
  /** Milliseconds until a rate limit lets miners take jobs again; 0 without a limit. */
  limitedMs: number;
  /** How long ago the job was added that a miner takes next (ms), usually the oldest one; null if none waits. */
  nextAgeMs: number | null;
  /** Jobs added per second, over the last five seconds; null if unknown. */
  added: number | null;
  /** Change of the number of waiting jobs per second, over the last five seconds; null if unknown. */
  growth: number | null;
}

export interface ProducerView {
  /** Name of the replica that holds the lease; null if none does. */
  leader: string | null;
  /** Number of waiting jobs that it maintains; null if unknown, or if its rate is fixed. */
  target: number | null;
  /** True if it adds jobs at a fixed rate. */
  fixedRate: boolean;
  /** Jobs per second that it did not add, because `MAX_BACKLOG` was reached, over the last five seconds. */
  dropped: number;
}

/** A job that failed for good. */
export interface FailedJob {
  /** Name of its queue. */
  queue: string;
  id: string;
  reason: string;
  /** Attempts it had. */
  attempts: number;
  /** When it failed (ms since 1970). */
  at: number;
}

/** An active job whose miner died: it runs again after its lock has expired. */
export interface AbandonedJob {
  /** Name of its queue and its id there. */
  id: string;
  /** Name of the miner that held it. */
  miner: string;
  /** Milliseconds until its lock expires; 0 if it has expired and the next check for stalled jobs returns it. */
  expiresMs: number;
}

/** One miner, from its own reports. */
export interface MinerView {
  id: string;
  name: string;
  /** Milliseconds since it started. */
  ageMs: number;
  loops: number;
  errors: number;
  coins: number;
  /** Loops per second over the last ten seconds; null until it has reported twice. */
  speed: number | null;
  /** Jobs in progress: all of them, and those with a request at rng or hasher. */
  active: number;
  atRng: number;
  atHasher: number;
  /** Maximum number of jobs at once. */
  concurrency: number;
  /** True while it takes no jobs, because rng, hasher or Redis has refused something. */
  resting: boolean;
  /** Share of one core. */
  cpu: number;
  /** Milliseconds since its last report. */
  silentMs: number;
  /** True if it has been silent for too long. Its report expires soon, and with it this entry. */
  lost: boolean;
}

/** A replica of rng or hasher that responded within the last few seconds. */
export interface ReplicaView {
  name: string;
  /** 0 = unlimited, null = not reported. */
  slots: number | null;
  /**
   * What it did in the last ten seconds: its share of all responses (0 to 1), their mean service time (ms), and its share of the
   * time that requests took. Missing if too few miners report that.
   */
  load?: { share: number; serviceMs: number; timeShare: number };
}

/** What the miners see of rng or hasher. */
export interface UpstreamView {
  /** Empty if the replicas do not give their names. */
  replicas: ReplicaView[];
  /** Replicas that the miners avoid because they do not respond. */
  avoided: { name: string; reason: string }[];
  /** Requests in progress. */
  pending: number;
  /** Failed requests of the last ten seconds; null if there were none. */
  failures: { miners: number; errors: number; reason: string } | null;
  /** True if the replicas report their wait, service time, and slots. Undecided (true) until they have responded. */
  reports: boolean;
}

/**
 * Returns how many requests these replicas serve at once: 0 = unlimited, as soon as one of them is; null = unknown, if there are
 * none, or one of them does not report its slots.
 */
export function totalSlots(replicas: UpstreamView['replicas']): number | null {
  const slots = replicas.map((replica) => replica.slots);
  if (slots.length === 0 || slots.includes(null)) return null;
  return slots.includes(0) ? 0 : slots.reduce((sum: number, n) => sum + (n ?? 0), 0);
}

/** One of several replicas of a stage, each with a limited number of slots, over the last ten seconds. */
export interface ReplicaLoad {
  name: string;
  slots: number;
  /** Share of all responses, from 0 to 1. */
  share: number;
  /** Mean service time (ms). */
  serviceMs: number;
  /** Share of its slots that is busy, from 0 to 1. */
  utilization: number;
  /** Mean number of loops there, waiting or being served. */
  inFlight: number;
}

/** One stage of the pipeline over the last ten seconds. */
export interface StageView {
  name: 'miner' | UpstreamName;
  /** Null if unknown. */
  replicas: number | null;
  /** Loops or requests that all replicas together serve at once; 0 = unlimited; null = not reported. */
  slots: number | null;
  /** Loops per second. */
  throughput: number;
  /** Means, in milliseconds; null = not reported. */
  waitMs: number | null;
  serviceMs: number | null;
  /** Mean time in the stage, in milliseconds: wait and service. */
  totalMs: number;
  /** Mean number of loops in the stage, waiting or being served. */
  inFlight: number;
  /**
   * Share of the slots that is busy, from 0 to 1 (slightly over due to measurement error), at the busiest replica if that is
   * known; null if unknown or unlimited.
   */
  utilization: number | null;
  /** Throughput of the stage at which its busiest replica is fully utilized, in loops per second; null if unknown or unlimited. */
  limit: number | null;
  /** Its replicas, if there are several and all of them are known. */
  loads?: ReplicaLoad[];
}

export type ResourceName = StageView['name'] | 'producer' | 'redis' | 'machine';

/** The resource that limits the speed. */
export interface Bottleneck {
  name: ResourceName;
  /** What is exhausted: its slots, or its processors. */
  resource: 'slots' | 'cpu';
  utilization: number;
  /** The speed at which it would be fully utilized. */
  limit: number;
  /**
   * The speed with one more replica, and what limits it then; null if the data does not support a forecast. Never more than
   * what all other resources allow.
   */
  oneMore: Forecast | null;
  /** Set if some replicas of the stage are much busier than the others. */
  unequal?: Unequal;
}

/** A speed that a change would allow, and what limits it then. */
export interface Forecast {
  speed: number;
  limitedBy: ResourceName;
}

/** Replicas of one stage that differ. */
export interface Unequal {
  /** Names of the busiest replicas, and of those that are much less busy. */
  busy: string[];
  others: string[];
  /** The highest utilization of the others; 0 without others. */
  othersUtilization: number;
  /** Names of the slow ones, if miners avoid them now and then. Otherwise, all replicas get the same share of the requests. */
  avoided: string[];
  /** Mean number of loops that are at those nevertheless. */
  held: number;
  /** The speed without the slow replica; null if there is not exactly one, or the data does not support a forecast. */
  without: Forecast | null;
}

/** Mean of each stage, and the time that 95% of the loops did not exceed, in milliseconds. */
export type LoopTimes = Record<Stage, { mean: number; p95: number }>;

export interface CpuView {
  /** Number of cores of the dashboard's machine. */
  cores: number;
  /** Share of all cores that is in use, by any program; null if unknown. */
  machine: number | null;
  /** Use of each service, in cores: all replicas together, and the busiest one. */
  services: { name: string; total: number; busiest: number }[];
}

export interface Problem {
  part: 'queue' | 'producer' | 'miner' | UpstreamName | 'redis';
  /** An error stops or slows the mining, or is about to. A warning is a state that somebody chose, or that passes by itself. */
  severity: 'error' | 'warning';
  /** What is wrong, with figures: "rng does not answer (3 miners, 15 errors: ECONNREFUSED)". */
  text: string;
  /** What to do about it. */
  advice: string;
}

/** Replicas of a service that differ from the usual experiment in the same way. */
export interface VariedReplicas {
  service: 'producer' | StageView['name'];
  /** Their names; null if all replicas of the service differ in this way. */
  names: string[] | null;
  /** One variation. */
  variation: Variations;
}

/** Everything the page shows for one second. */
export interface Frame extends Point {
  /** What the speed counts: jobs that BullMQ completed, or the classic counter, if miners without a queue update it. */
  source: 'queue' | 'hashes';
  coins: number;
  newestCoins: Coin[];
  queue: QueueView;
  producer: ProducerView;
  /** The latest jobs that failed for good, newest first. */
  failures: FailedJob[];
  abandoned: AbandonedJob[];
  fleet: MinerView[];
  upstreams: Record<UpstreamName, UpstreamView>;
  /** Empty if no loop was reported in the last ten seconds. */
  stages: StageView[];
  /** Null while there is a problem, and if nothing is fully used. */
  bottleneck: Bottleneck | null;
  times: LoopTimes | null;
  /** Redis' memory in bytes (max is null if it has no limit), its reply if it refuses writes, and how its commands begin: `redis-cli -p 6380`. */
  redis: { used: number; max: number | null; refusal: string | null; cli: string };
  cpu: CpuView;
  /** The most important one first. */
  problems: Problem[];
  /** False if the page lists problems only on request, so that students find them. */
  showsProblems: boolean;
  /** The command that retries the jobs that failed for good, in backticks. */
  retryFailed: string;
  /** How the stack was started. */
  startedWith: Way;
  /** How the services differ from the usual experiment. */
  variations: VariedReplicas[];
  /** Notes of the last hour, oldest first. */
  notes: Note[];
  /** True if a logged-in user can pause and reset the queue, add notes, and make changes in Bull Board. */
  writable: boolean;
}

/** Sent instead of a frame if Redis cannot be read. */
export interface Outage {
  at: number;
  /** True if Redis is unreachable, false if it returned an error or unexpected data. */
  unreachable: boolean;
  /** The error's own words. */
  reason: string;
  problem: Problem;
}
