/**
 * The path of one job: its runs, and where the time of each went. The server reads it from the queue, a simulation from its own.
 * @module
 */
import type { Stage } from '@dockercoins/common/contract';

/** How a run ended; "running" if it has not. */
export type RunEnd = 'completed' | 'failed' | 'handed back' | 'stalled' | 'running';

/** One run of a job by a miner. */
export interface JobRun {
  /** Name of the miner; null if unknown. */
  miner: string | null;
  /** When the miner took the job (ms since 1970); null if unknown. */
  takenAt: number | null;
  /** When the run ended: of a run that stalled, when that was noticed (ms since 1970); null while it is running. */
  endedAt: number | null;
  end: RunEnd;
  /** Why it ended, unless it completed: the error's own words. */
  reason: string | null;
  /** Time spent in each stage (ms); null unless it completed and its miner reported them. Without `queueWait`. */
  stages: Record<Exclude<Stage, 'queueWait'>, number> | null;
  /** Names of the replicas that served it; null if unknown. */
  rng: string | null;
  hasher: string | null;
}

/** One job, as far as its queue still knows. */
export interface JobPath {
  /** Name of its queue, and its id there. */
  queue: string;
  id: string;
  state: 'waiting' | 'active' | 'delayed' | 'failed' | 'completed';
  /** When it was added (ms since 1970). */
  addedAt: number;
  /** When it completed, or failed for good (ms since 1970); null if neither. */
  finishedAt: number | null;
  /** Oldest first. */
  runs: JobRun[];
  /** 64 hex digits; null until it has completed. */
  hash: string | null;
  coin: boolean;
  /** Trace id (32 hex digits); null without tracing. */
  trace: string | null;
}

/**
 * Which job to show: by its id; the latest completed one of a miner; the slowest, or the latest that needed more than one
 * run, among the completed jobs that the queues keep.
 */
export type JobQuery =
  | { by: 'id'; queue: string; id: string }
  | { by: 'miner'; miner: string }
  | { by: 'slowest' }
  | { by: 'retried' };

/**
 * Returns the job that a query chooses; undefined if none fits. The slowest is the one that was completed longest after it was
 * added.
 * @param paths of completed jobs, newest first
 */
export function chooseJob(
  paths: readonly JobPath[],
  query: Exclude<JobQuery, { by: 'id' }>,
): JobPath | undefined {
  switch (query.by) {
    case 'miner':
      return paths.find(({ runs }) => runs.at(-1)?.miner === query.miner);
    case 'slowest':
      return paths.toSorted((a, b) => tookMs(b) - tookMs(a))[0];
    case 'retried':
      return paths.find(({ runs }) => runs.length > 1);
  }
}

const tookMs = ({ addedAt, finishedAt }: JobPath) => (finishedAt ?? addedAt) - addedAt;
