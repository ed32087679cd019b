/**
 * Paths of jobs for tests, with defaults for the values that a test does not name.
 * @module
 */
import type { JobPath, JobRun } from '../../dashboard/frame/job-path.ts';

/** When all these jobs were added (ms since 1970). */
export const ADDED_AT = Date.UTC(2026, 0);

/** Returns a run of 800 ms that completed its job: half of the time, it was in line at rng. */
export const testRun = (values: Partial<JobRun> = {}): JobRun => ({
  miner: 'miner-3',
  takenAt: ADDED_AT + 30_000,
  endedAt: ADDED_AT + 30_800,
  end: 'completed',
  reason: null,
  stages: { work: 100, rngWait: 480, rngService: 101, hasherWait: 2, hasherService: 102 },
  rng: 'rng-2',
  hasher: 'hasher-1',
  ...values,
});

/** Returns a run of which only its end is known. */
export const testEnd = (values: Partial<JobRun>): JobRun =>
  testRun({ stages: null, rng: null, hasher: null, ...values });

/** Returns the path of a job that waited for 30 s, and was completed by its first run. */
export const testJobPath = (values: Partial<JobPath> = {}): JobPath => ({
  queue: 'loops',
  id: '123',
  state: 'completed',
  addedAt: ADDED_AT,
  finishedAt: ADDED_AT + 30_800,
  runs: [testRun()],
  hash: 'b7'.repeat(32),
  coin: false,
  trace: null,
  ...values,
});
