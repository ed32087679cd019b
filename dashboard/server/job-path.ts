/**
 * The path of a job, from what BullMQ keeps of it: the job itself knows its latest run, and its log those before.
 * @module
 */
import type { Job, JobState } from 'bullmq';
import { STAGES, type LoopData, type LoopResult } from '@dockercoins/common/contract';
import type { EndedRun } from '@dockercoins/common/reports';
import type { JobPath, JobRun } from '../frame/job-path.ts';
import { parseEndedRun, parseResult } from './parse.ts';

type LoopJob = Job<LoopData, LoopResult>;

/** The id in a `traceparent` (https://www.w3.org/TR/trace-context/) whose last bit says that the trace is recorded. */
const TRACE_ID = /"traceparent":"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f][13579bdf]"/;

/**
 * Runs are missing if nobody logged them: those of earlier versions, and those whose line Redis refused. Times are by Redis'
 * clock; those of a run that is going on, and of jobs of earlier versions, are by the clock of the miner's machine.
 * @param queue name of its queue
 * @param asked its state just before it was read
 * @param lines of its log
 */
export function pathOf(
  queue: string,
  job: LoopJob,
  asked: JobState | 'unknown',
  lines: string[],
): JobPath {
  const { id = '', timestamp: addedAt, attemptsStarted, opts } = job;
  const state = stateOf(job, asked);
  const result = state === 'completed' ? parseResult(job.returnvalue) : undefined;

  const logged = lines.map(parseEndedRun).filter((line) => line !== undefined);
  const runs = new Map(logged.map((line) => [line.run, loggedRun(line)]));
  const latest = latestRun(job, state, result);
  // A run that completed has no line; that of a run that failed is by Redis' clock.
  if (latest !== undefined && (state === 'completed' || !runs.has(attemptsStarted))) {
    runs.set(attemptsStarted, latest);
  }
  const inOrder = [...runs].sort(([a], [b]) => a - b).map(([, run]) => run);
  const isFinished = state === 'completed' || state === 'failed';
  return {
    queue,
    id,
    state,
    addedAt,
    finishedAt: isFinished ? (inOrder.at(-1)?.endedAt ?? null) : null,
    runs: inOrder,
    hash: result?.hash ?? null,
    coin: result?.coin ?? false,
    trace: TRACE_ID.exec(opts.telemetry?.metadata ?? '')?.[1] ?? null,
  };
}

/** The job may have finished after it was asked for its state, or may have been retried. */
function stateOf({ finishedOn, returnvalue }: LoopJob, asked: string): JobPath['state'] {
  if (finishedOn === undefined)
    return asked === 'active' || asked === 'delayed' ? asked : 'waiting';
  if (asked === 'completed' || asked === 'failed') return asked;
  return (returnvalue as unknown) === null ? 'failed' : 'completed';
}

function loggedRun({ miner, ms, at, end, reason }: EndedRun): JobRun {
  return {
    miner: miner ?? null,
    takenAt: ms === undefined ? null : at - ms,
    endedAt: at,
    end,
    reason: reason ?? null,
    stages: null,
    rng: null,
    hasher: null,
  };
}

/** Returns the latest run of a job, unless it has ended without finishing the job: then only its line says how. */
function latestRun(
  job: LoopJob,
  state: JobPath['state'],
  result: LoopResult | undefined,
): JobRun | undefined {
  if (state === 'waiting' || state === 'delayed') return undefined;
  const { timestamp, processedOn, finishedOn, processedBy = null, failedReason } = job;
  const [queueWait] = result?.stageMs ?? [];
  // From the clock of the miner's machine to Redis' clock, by which the miner measured how long the job had waited.
  const shift =
    queueWait === undefined || processedOn === undefined ? 0 : timestamp + queueWait - processedOn;
  const toRedisTime = (ms: number | undefined) => (ms === undefined ? null : ms + shift);
  return {
    miner: processedBy,
    takenAt: toRedisTime(processedOn),
    endedAt: toRedisTime(finishedOn),
    end: state === 'active' ? 'running' : state,
    reason: state === 'failed' ? failedReason : null,
    stages: stagesOf(result?.stageMs),
    rng: result?.rng ?? null,
    hasher: result?.hasher ?? null,
  };
}

function stagesOf(stageMs: number[] | undefined): JobRun['stages'] {
  if (stageMs === undefined) return null;
  const [, ...ofMiner] = STAGES.map((stage, index) => [stage, stageMs[index]] as const);
  return Object.fromEntries(ofMiner) as JobRun['stages'];
}
