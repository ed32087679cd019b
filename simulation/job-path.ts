/**
 * The path of a simulated job, as the dashboard's server reads that of a real one.
 * @module
 */
import { chooseJob, type JobPath, type JobQuery } from '../dashboard/frame/job-path.ts';
import type { JobRecord } from './journal.ts';
import { madeUpHash } from './made-up-hash.ts';
import type { Pipeline } from './pipeline.ts';
import { KEPT } from './queue.ts';

/**
 * Returns the path of a job of a pipeline that keeps a journal; if there is no such job, a sentence that says so.
 */
export function jobPath({ redis }: Pipeline, query: JobQuery): JobPath | string {
  if (query.by === 'id') {
    const queue = redis.queues.find(({ name }) => name === query.queue);
    if (queue === undefined) {
      return `There is no queue ${query.queue}, only ${redis.queues.map(({ name }) => name).join(', ')}.`;
    }
    const record = queue.journal?.get(Number(query.id));
    return record === undefined ? goneText(query) : pathOf(queue.name, record);
  }
  const completed = redis.queues
    .flatMap(({ name, journal }) =>
      (journal?.completed ?? []).map((record) => pathOf(name, record)),
    )
    .sort((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0));
  return chooseJob(completed, query) ?? noneText(query);
}

const goneText = ({ queue, id }: Extract<JobQuery, { by: 'id' }>) =>
  `${queue} ${id} is not in the queue: it keeps the latest ${KEPT.toLocaleString('en')} completed and failed jobs.`;

function noneText(query: Exclude<JobQuery, { by: 'id' }>): string {
  if (query.by === 'miner')
    return `None of the jobs that the queue keeps was completed by ${query.miner}.`;
  if (query.by === 'retried') return 'None of the jobs that the queue keeps needed a second run.';
  return 'No job has been completed yet.';
}

function pathOf(queue: string, { job, state, finishedAt, runs }: JobRecord): JobPath {
  const { id, coin } = job;
  const isCompleted = state === 'completed';
  return {
    queue,
    id: String(id),
    state,
    addedAt: job.addedAt,
    finishedAt,
    runs: runs.map((run) => ({ ...run })),
    hash: isCompleted ? (coin ?? madeUpHash((id % 15) + 1, id)) : null,
    coin: isCompleted && coin !== undefined,
    trace: null,
  };
}
