import { expect, test } from 'vitest';
import type { JobPath } from '../../frame/job-path.ts';
import { ADDED_AT, testEnd, testJobPath, testRun } from '../../../tools/stack/job-data.ts';
import { summaryOf } from './words.ts';

const unfinished = { finishedAt: null, hash: null };
const failed = testEnd({ end: 'failed' });
const running = testEnd({ end: 'running', endedAt: null });

test.each<[Partial<JobPath>, string]>([
  [{}, 'Completed 31 s after it was added.'],
  [{ coin: true }, 'Completed 31 s after it was added. It found a coin.'],
  [{ runs: [failed, testRun()] }, 'Completed 31 s after it was added, in 2 runs.'],
  [{ state: 'failed', runs: [failed] }, 'Failed for good 31 s after it was added.'],
  [{ ...unfinished, state: 'waiting', runs: [] }, 'Waiting in the queue for 40 s.'],
  [
    { ...unfinished, state: 'waiting', runs: [failed] },
    'Waiting in the queue again. It was added 40 s ago.',
  ],
  [
    { ...unfinished, state: 'delayed', runs: [failed] },
    'Delayed, because a run failed. It was added 40 s ago.',
  ],
  [
    { ...unfinished, state: 'active', runs: [running] },
    'miner-3 is running it. It was added 40 s ago.',
  ],
])('%j', (path, text) => {
  expect(summaryOf(testJobPath(path), ADDED_AT + 40_000)).toBe(text);
});
