/**
 * Retries what failed for good, after its cause is gone: `npm run retry-failed`.
 * @module
 */
import { once } from 'node:events';
import { ErrorCode, type Job } from 'bullmq';
import { openQueues, type LoopQueue } from './queue.ts';
import { failFastRedis, redisName, type RedisClient, type RedisConfig } from './redis.ts';
import { createLogger } from '../log/log.ts';

/** Where the queues of a stack are. */
export interface QueuesConfig extends RedisConfig {
  QUEUES: number;
}

/** Jobs that had failed for the same reason. Numbers that differ between them are left out: `no response within # ms`. */
export interface RetriedJobs {
  reason: string;
  jobs: number;
}

/** Commands sent at once. */
const CHUNK = 100;

const CONNECT_MS = 5000;

/**
 * Retries the failed jobs of a running stack, and resolves to what it did, in words.
 * @throws {Error} if Redis is unreachable or refuses a command
 */
export async function retryFailedOf(config: QueuesConfig): Promise<string> {
  await using undo = new AsyncDisposableStack();
  const silent = { INSTANCE: '', LOG_LEVEL: 'silent', LOG_FORMAT: 'json' } as const;
  const log = createLogger('retry-failed', silent); // the result says whether the command worked
  const redis = undo.adopt(failFastRedis(config, log), (it) => it.disconnect());
  await untilReady(redis, redisName(config));
  const queues = openQueues(redis, config.QUEUES, log);
  for (const queue of queues) undo.adopt(queue, (it) => it.close());
  return describeRetried(await retryFailed(queues));
}

async function untilReady(redis: RedisClient, name: string): Promise<void> {
  try {
    await once(redis, 'ready', { signal: AbortSignal.timeout(CONNECT_MS) });
  } catch (cause) {
    const { name: kind, message } = cause as Error;
    throw new Error(`${name}: ${kind === 'AbortError' ? 'no connection' : message}`, { cause });
  }
}

/**
 * Moves all failed jobs to the end of their queues, with all their attempts. BullMQ's own `queue.retryJobs` and Bull Board keep
 * the attempts made, so a job that has used up its attempts would run only once.
 */
export async function retryFailed(queues: LoopQueue[]): Promise<RetriedJobs[]> {
  const byReason = new Map<string, RetriedJobs>();
  for (const queue of queues) {
    const jobs = await queue.getFailed();
    for (let from = 0; from < jobs.length; from += CHUNK) {
      const reasons = await Promise.all(jobs.slice(from, from + CHUNK).map(retry));
      for (const reason of reasons.filter((it) => it !== undefined)) {
        const general = reason.replaceAll(/\d[\d.:]*\d|\d/g, '#');
        const earlier = byReason.get(general) ?? { reason, jobs: 0 };
        byReason.set(general, {
          reason: earlier.reason === reason ? reason : general,
          jobs: earlier.jobs + 1,
        });
      }
    }
  }
  return [...byReason.values()];
}

/** Resolves to why the job had failed, or to undefined if it has been removed or retried meanwhile. */
async function retry(job: Job): Promise<string | undefined> {
  const reason = job.failedReason;
  try {
    await job.retry('failed', { resetAttemptsMade: true });
    return reason;
  } catch (err) {
    const { code } = err as { code?: unknown };
    if (code !== ErrorCode.JobNotExist && code !== ErrorCode.JobNotInState) throw err;
    return undefined;
  }
}

/** Returns a line with the number of jobs, and one for each reason. */
export function describeRetried(retried: RetriedJobs[]): string {
  const rows = retried.toSorted((a, b) => b.jobs - a.jobs);
  const total = rows.reduce((sum, { jobs }) => sum + jobs, 0);
  if (total === 0) return 'no job has failed for good\n';
  const width = String(rows[0]?.jobs).length;
  const lines = rows.map(
    ({ reason, jobs }) => `${String(jobs).padStart(width)}  ${oneLine(reason)}`,
  );
  const what = `${total} ${total === 1 ? 'job' : 'jobs'}`;
  return [`retrying ${what} that had failed for good:`, ...lines, ''].join('\n');
}

/** Some reasons quote responses of other services, which must neither start a new line nor control the terminal. */
const oneLine = (text: string) => text.replaceAll(/\p{Cc}/gu, ' ');
