/**
 * What became of a job, in a sentence or two.
 * @module
 */
import type { JobPath } from '../../frame/job-path.ts';
import { formatCount, formatDuration } from '../ui/format.ts';
import { latestTime } from './waterfall.ts';

/** @param now ms since 1970, by the clock of the server */
export function summaryOf(path: JobPath, now: number): string {
  const { state, runs, addedAt } = path;
  const age = formatDuration((path.finishedAt ?? latestTime(path, now)) - addedAt);
  const inRuns = runs.length > 1 ? `, in ${formatCount(runs.length, 'run')}` : '';
  switch (state) {
    case 'completed':
      return `Completed ${age} after it was added${inRuns}.${path.coin ? ' It found a coin.' : ''}`;
    case 'failed':
      return `Failed for good ${age} after it was added${inRuns}.`;
    case 'active':
      return `${runs.at(-1)?.miner ?? 'A miner'} is running it. It was added ${age} ago.`;
    case 'delayed':
      return `Delayed, because a run failed. It was added ${age} ago.`;
    case 'waiting':
      return runs.length === 0
        ? `Waiting in the queue for ${age}.`
        : `Waiting in the queue again. It was added ${age} ago.`;
  }
}
