/**
 * What miners and the producer report to the dashboard through Redis. The schemas check what others wrote; the services that
 * write need only the types.
 * @module
 */
import { z } from 'zod';
import { STAGES } from './contract.ts';

/** How a service differs from the usual experiment, by its settings; missing = it does not. In words: `variation-words.ts`. */
export const variations = z.object({
  /** Distribution of its delays. */
  delays: z.enum(['uniform', 'exponential']).optional(),
  /** How many times longer its delays are than those of other replicas. */
  slower: z.number().optional(),
  /** Shares of requests that fail, and that never get a response. */
  errors: z.number().optional(),
  hangs: z.number().optional(),
  /** Memory that it keeps per request (KiB). */
  leakKb: z.number().optional(),
  /** Jobs that the producer adds per second, whatever the number of waiting jobs. */
  rate: z.number().optional(),
  /** One in so many jobs is poison. */
  poisonEvery: z.number().optional(),
  ignoresSigterm: z.boolean().optional(),
});
export type Variations = z.infer<typeof variations>;

/** Earlier versions reported words. */
const reportedVariations = variations.optional().catch(undefined);

/** What a replica has done for one miner. */
const served = z.object({
  /** Valid responses. */
  responses: z.number(),
  /** Sum of their service times (ms). */
  serviceMs: z.number(),
  /** Time that requests spent at the replica, including waits and requests that failed (ms). */
  spentMs: z.number(),
});
export type Served = z.infer<typeof served>;

/** One replica of rng or hasher, as its responses describe it. */
const replica = z.object({
  /** Value of its `X-Served-By` header. */
  name: z.string(),
  /** Number of requests it serves concurrently; 0 = no limit; null = not reported. */
  slots: z.number().nullable(),
  /** Configured delay (ms); null = not reported. */
  delayMs: z.number().nullable(),
  /** Share of one core that its process uses; null = not reported. */
  cpu: z.number().nullable(),
  /** Where the miner reaches it: http://172.18.0.5 */
  address: z.string().optional(),
  variations: reportedVariations,
  /**
   * Totals that start again if another replica responds from its address. Missing if it does not report its service time.
   */
  served: served.optional(),
});
export type Replica = z.infer<typeof replica>;

/** A replica that a miner does not use for now. */
const avoidedReplica = z.object({
  /** Its name if it has ever responded to this miner, otherwise its address. */
  name: z.string(),
  address: z.string().optional(),
  reason: z.string(),
});
export type AvoidedReplica = z.infer<typeof avoidedReplica>;

/** What a miner sees of rng or hasher. Counts are totals since it started. */
const upstreamFigures = z.object({
  /** Replicas that responded within the last few seconds and gave their name; at most `MAX_REPORTED_REPLICAS`, like those avoided. */
  replicas: z.array(replica),
  avoided: z.array(avoidedReplica),
  /** Requests in progress. */
  pending: z.number(),
  /** Requests that failed. */
  failed: z.number(),
  /** Why the latest of them failed; null if none did. */
  reason: z.string().nullable(),
  /** Responses without their service time. */
  untimed: z.number(),
});
export type UpstreamFigures = z.infer<typeof upstreamFigures>;

/** Time spent in one stage by all loops since the miner started. */
const stageTimes = z.object({
  /** Sum in milliseconds. */
  sum: z.number(),
  /** Distribution of the individual times: see `histogram.ts`. */
  spread: z.record(z.string(), z.number()),
});
export type StageTimes = z.infer<typeof stageTimes>;

/** What each miner reports once a second. Counts and sums are totals since it started. */
export const minerReport = z.object({
  id: z.string(),
  name: z.string(),
  /** Time since the process started, by its monotonic clock (ms). */
  uptimeMs: z.number(),
  concurrency: z.number(),
  /** Settings (ms): the work of a loop, how long a job's lock lasts, and the shortest time between two updates of `hashes`. */
  workMs: z.number(),
  lockMs: z.number(),
  flushMs: z.number(),
  /** Share of one core that its process uses. */
  cpu: z.number(),
  loops: z.number(),
  errors: z.number(),
  coins: z.number(),
  /** Number of jobs in progress. */
  active: z.number(),
  /** True while it takes no jobs, because rng, hasher or Redis has refused something; missing = false. */
  resting: z.boolean().optional(),
  stages: z.record(z.enum(STAGES), stageTimes),
  upstreams: z.object({ rng: upstreamFigures, hasher: upstreamFigures }),
  variations: reportedVariations,
});
export type MinerReport = z.infer<typeof minerReport>;
export type UpstreamName = keyof MinerReport['upstreams'];

/** What the producer that is the leader reports once a second. */
export const producerReport = z.object({
  name: z.string(),
  /** Number of waiting jobs that it maintains; null if it adds jobs at a fixed rate. */
  target: z.number().nullable(),
  /** Number of jobs that it did not add since it started, because `MAX_BACKLOG` was reached; missing = 0. */
  dropped: z.number().optional(),
  /** Share of one core that its process uses. */
  cpu: z.number(),
  variations: reportedVariations,
});
export type ProducerReport = z.infer<typeof producerReport>;

/** An entry in the list of recent coins. */
export const coin = z.object({
  hash: z.string(),
  /** When it was found (ms since 1970). */
  at: z.number(),
  /** Name of the miner that found it. */
  miner: z.string(),
  /** Its queue and id there; missing if an earlier version found the coin. */
  job: z.object({ queue: z.string(), id: z.string() }).optional(),
});
export type Coin = z.infer<typeof coin>;

/** A line in the log of a job: a run that has ended, but did not complete the job. */
export const endedRun = z.object({
  /** Number of the run, from 1. */
  run: z.number(),
  end: z.enum(['failed', 'handed back', 'stalled']),
  /** When it ended or, if it stalled, when that was noticed (ms since 1970, by Redis' clock). */
  at: z.number(),
  /** Name of the miner, and how long it had the job by then (ms); missing if unknown. */
  miner: z.string().optional(),
  ms: z.number().optional(),
  /** Why, in the error's own words; missing if it stalled. */
  reason: z.string().optional(),
});
export type EndedRun = z.infer<typeof endedRun>;
