import { expect, test } from 'vitest';
import { BusyError, UpstreamError } from './upstream/errors.ts';
import { verdictOn } from './verdict.ts';

const busy = (timedOut: boolean) =>
  new BusyError('GET', '/32', 'busy', { retryAfterMs: 1500, timedOut });
const failed = (retryable: boolean) => new UpstreamError('GET', '/32', 'wrong', { retryable });

test.each([
  ['a replica refuses', busy(false), { job: 'hand back', restMs: 1500 }],
  ['no response comes in time', busy(true), { job: 'hand back', restMs: 0 }],
  ['a request fails', failed(true), { job: 'retry', restMs: 0 }],
  ['a request would fail again', failed(false), { job: 'fail', restMs: 0 }],
  ['anything else fails', new Error('poison'), { job: 'retry', restMs: 0 }],
])('if %s, the job and the miner follow the verdict', (_, err, verdict) => {
  expect(verdictOn(err)).toEqual(verdict);
});
