/**
 * The path of a simulated job, as the dashboard's server reads that of a real one.
 * @module
 */
import type { JobPath, JobQuery } from '../dashboard/frame/job-path.ts';
import type { JobRecord } from './journal.ts';
import { madeUpHash } from './made-up-hash.ts';
import type { Pipeline } from './pipeline.ts';
import { KEPT } from './queue.ts';
import { START } from './samples.ts';

/**
 * Returns the path of a job of a pipeline that keeps a journal; if there is no such job, a sentence that says so. The slowest
 * job is the one with the longest time from being added to being completed.
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
  const completed = redis.queues.flatMap(({ name, journal }) =>
    (journal?.completed ?? []).map((record) => ({ name, record })),
  );
  const { isWanted, rank } = choiceFor(query);
  const [first] = completed
    .filter(({ record }) => isWanted(record))
    .sort((a, b) => rank(b.record) - rank(a.record));
  return first === undefined ? noneText(query) : pathOf(first.name, first.record);
}

type Choice = Exclude<JobQuery, { by: 'id' }>;

interface Criterion {
  isWanted: (record: JobRecord) => boolean;
  /** The job with the highest one is chosen. */
  rank: (record: JobRecord) => number;
}

const finishedAt = (record: JobRecord) => record.finishedAt ?? -Infinity;

function choiceFor(query: Choice): Criterion {
  switch (query.by) {
    case 'miner':
      return { isWanted: ({ runs }) => runs.at(-1)?.miner === query.miner, rank: finishedAt };
    case 'slowest':
      return { isWanted: () => true, rank: (record) => finishedAt(record) - record.job.addedAt };
    case 'retried':
      return { isWanted: ({ runs }) => runs.length > 1, rank: finishedAt };
  }
}

const goneText = ({ queue, id }: Extract<JobQuery, { by: 'id' }>) =>
  `${queue} ${id} is not in the queue: it keeps the latest ${KEPT.toLocaleString('en')} completed and failed jobs.`;

function noneText(query: Choice): string {
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
    addedAt: START + job.addedAt,
    finishedAt: dateOf(finishedAt),
    runs: runs.map((run) => ({
      ...run,
      takenAt: dateOf(run.takenAt),
      endedAt: dateOf(run.endedAt),
    })),
    hash: isCompleted ? (coin ?? madeUpHash((id % 15) + 1, id)) : null,
    coin: isCompleted && coin !== undefined,
    trace: null,
  };
}

const dateOf = (ms: number | null) => (ms === null ? null : START + ms);
