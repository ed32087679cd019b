/**
 * What becomes of a job whose miner is killed.
 * @module
 */
import { COUNTERS, type Counters } from '../../stack/counters.ts';
import { until } from '../../stack/until.ts';
import { connect } from '../../stack/deployment/connect.ts';
import type { Deployment } from '../../stack/deployment/deployment.ts';

export interface Kill {
  victim: string;
  jobId: string;
  /** Seconds since 1970. */
  killedAt: number;
  completedAt: number;
  /** How often the job was started. */
  runs: number;
  /** How many jobs were neither completed nor failed nor still there; negative if some were counted twice. */
  lost: number;
  failed: number;
}

/** Nearly all the time, a miner is in the middle of a job; if not, the next one is killed. */
const MAX_KILLS = 3;

/**
 * Kills a miner in the middle of a job, and resolves once that job has completed.
 * @param lockMs how long a silent miner keeps its jobs
 * @throws {Error} if the job does not complete within five times that
 */
export async function killMiner(deployment: Deployment, lockMs: number): Promise<Kill> {
  await using connections = connect(deployment);
  const { redis, queue } = connections;
  const jobsOf = async (miner: string) =>
    (await queue.getActive()).filter(({ processedBy }) => processedBy === miner);

  const miners = (await deployment.replicas()).filter(({ service }) => service === 'miner');
  for (const victim of miners.slice(0, MAX_KILLS)) {
    await deployment.signal(victim, 'SIGKILL');
    const killedAt = Date.now() / 1000;
    const [held] = await jobsOf(victim.name); // before it could be restarted
    if (held?.id === undefined) continue;
    const jobId = held.id;
    const completed = await until(
      `job ${jobId} of the killed ${victim.name} is completed`,
      async () => {
        const job = await queue.getJob(jobId);
        return job?.returnvalue != null && job;
      },
      5 * lockMs,
    );
    const counters = JSON.parse((await redis.eval(COUNTERS, 0)) as string) as Counters;
    return {
      victim: victim.name,
      jobId,
      killedAt,
      completedAt: (completed.finishedOn ?? NaN) / 1000,
      runs: completed.attemptsStarted,
      lost: counters.added - counters.completed - counters.failed - counters.unfinished,
      failed: counters.failed,
    };
  }
  throw new Error('none of the killed miners was in the middle of a job');
}
