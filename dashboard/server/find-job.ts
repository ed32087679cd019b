/**
 * Finds the job that a query asks for, and reads its path.
 * @module
 */
import { KEPT_JOBS, type LoopQueue } from '@dockercoins/common/queue/queue';
import { queueKeys } from '@dockercoins/common/queue/queue-keys';
import type { RedisClient } from '@dockercoins/common/queue/redis';
import { chooseJob, type JobPath, type JobQuery } from '../frame/job-path.ts';
import type { Broadcast } from './broadcast.ts';
import { pathOf } from './job-path.ts';
import { OncePerFrame } from './once-per-frame.ts';

export class JobFinder {
  readonly #redis: RedisClient;
  readonly #queues: LoopQueue[];
  /** The paths of the latest completed jobs, newest first. Everyone may ask for them, and reading them is expensive. */
  readonly #completed: OncePerFrame<JobPath[]>;

  constructor(redis: RedisClient, queues: LoopQueue[], broadcast: Broadcast) {
    this.#redis = redis;
    this.#queues = queues;
    this.#completed = new OncePerFrame(broadcast, () => readCompleted(redis, queues));
  }

  /**
   * Resolves to the path of the job, or to a sentence that says why there is no such job.
   * @throws {Error} if Redis is unreachable or returns an error
   */
  async find(query: JobQuery): Promise<JobPath | string> {
    if (query.by === 'id') return this.#findById(query.queue, query.id);
    return chooseJob(await this.#completed.get(), query) ?? noneText(query);
  }

  async #findById(name: string, id: string): Promise<JobPath | string> {
    const queue = this.#queues.find((it) => it.name === name);
    if (queue === undefined) {
      const names = this.#queues.map((it) => it.name).join(', ');
      return `there is no queue ${name}: expected ${names}`;
    }
    const path = await readPath(this.#redis, queue, id);
    return (
      path ??
      `${name} ${id} is not, or no longer, in the queue: it keeps the latest ${KEPT} completed jobs`
    );
  }
}

const KEPT = KEPT_JOBS.toLocaleString('en');

function noneText(query: Exclude<JobQuery, { by: 'id' }>): string {
  if (query.by === 'miner') return `${query.miner} completed none of the latest ${KEPT} jobs`;
  if (query.by === 'slowest') return 'no completed job is kept';
  return `none of the latest ${KEPT} completed jobs needed more than one run`;
}

async function readPath(
  redis: RedisClient,
  queue: LoopQueue,
  id: string,
): Promise<JobPath | undefined> {
  // Asked first, because an id that is in no list may be the name of another key, such as `meta`.
  const state = await queue.getJobState(id);
  if (state === 'unknown') return undefined;
  const [job, lines] = await Promise.all([queue.getJob(id), readLog(redis, queue, id)]);
  return job && pathOf(queue.name, job, state, lines);
}

/** However many queues there are, reads as many jobs as one keeps. */
async function readCompleted(redis: RedisClient, queues: LoopQueue[]): Promise<JobPath[]> {
  const perQueue = Math.ceil(KEPT_JOBS / queues.length);
  const paths: JobPath[] = [];
  for (const queue of queues) {
    const jobs = await queue.getCompleted(0, perQueue - 1);
    const readings = jobs.map(async (job) => {
      const lines = job.attemptsStarted > 1 ? await readLog(redis, queue, job.id ?? '') : [];
      return pathOf(queue.name, job, 'completed', lines);
    });
    paths.push(...(await Promise.all(readings)));
  }
  return paths.sort((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0));
}

/** A full Redis would refuse BullMQ's `getJobLogs`, because it is a transaction. */
function readLog(redis: RedisClient, queue: LoopQueue, id: string): Promise<string[]> {
  return redis.lrange(queueKeys(queue.name).log(id), 0, -1);
}
