import { describe, expect, test } from 'vitest';
import type { Problem } from '../../frame/frame.ts';
import { testFrame } from '../../../tools/stack/frame-data.ts';
import { statusOf } from './status.ts';

const source = 'live';
const usual = testFrame();
const problem: Problem = { part: 'rng', severity: 'error', text: 'rng is down.', advice: '' };
const withFailed = (failed: number) => ({ queue: { ...usual.queue, failed } });

const statusWith = (values: Partial<typeof usual>, revealed = false) =>
  statusOf(
    { source, connection: 'live', frame: { ...usual, ...values }, outage: undefined },
    revealed,
  );

describe('the status is', () => {
  test('good only without problems and without failed jobs', () => {
    expect(statusWith({})).toEqual({ kind: 'good', text: 'live' });
    expect(statusWith(withFailed(1))).toEqual({ kind: 'warning', text: 'live, 1 failed job' });
    expect(statusWith(withFailed(20))).toEqual({ kind: 'warning', text: 'live, 20 failed jobs' });
  });

  test('the severity of the first problem', () => {
    const problems = [problem, { ...problem, severity: 'warning' as const }];
    expect(statusWith({ problems })).toEqual({ kind: 'error', text: '2 problems' });
    expect(statusWith({ problems, ...withFailed(3) }).text).toBe('2 problems, 3 failed jobs');
  });

  test('the same with and without a problem while problems are hidden, and never good', () => {
    const hidden = { kind: 'idle', text: 'live, problems hidden' };
    for (const problems of [[], [problem]]) {
      expect(statusWith({ showsProblems: false, problems })).toEqual(hidden);
    }
    expect(statusWith({ showsProblems: false, ...withFailed(20) })).toEqual({
      kind: 'warning',
      text: 'live, problems hidden, 20 failed jobs',
    });
    expect(statusWith({ showsProblems: false, problems: [problem] }, true).kind).toBe('error');
  });

  test('that of the connection or of an outage, which comes first', () => {
    const lost = statusOf({ source, connection: 'lost', frame: usual, outage: undefined }, false);
    expect(lost).toEqual({ kind: 'error', text: 'connection lost, reconnecting' });
    const failed = { source: 'simulated', connection: 'lost', frame: usual } as const;
    expect(statusOf({ ...failed, outage: undefined }, false)).toEqual({
      kind: 'error',
      text: 'simulation failed',
    });
    const outage = { at: 1, unreachable: true, reason: 'closed', problem };
    expect(statusOf({ source, connection: 'live', frame: usual, outage }, false).kind).toBe(
      'error',
    );
  });
});
