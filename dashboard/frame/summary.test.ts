import { describe, expect, test } from 'vitest';
import { testFrame, testPoint } from '../../tools/stack/frame-data.ts';
import type { Frame, Outage, Point, Problem } from './frame.ts';
import { summary, summaryOf, type RunningSummary } from './summary.ts';

const problem: Problem = { part: 'rng', severity: 'error', text: 'rng is down.', advice: 'Wait.' };

/** Points of the seconds before 1000. */
const before = (seconds: number, values: Partial<Point> = {}) =>
  Array.from({ length: seconds }, (_, n) => testPoint(1000 - seconds + n, values));

function running(values: Partial<Frame> = {}, points: readonly Point[] = []): RunningSummary {
  const it = summaryOf(testFrame({ miners: 10, at: 1000 }, values), points);
  if (it.state !== 'running') throw new Error(`expected a running stack, got ${it.state}`);
  return it;
}

describe('the summary of a running stack', () => {
  test('has its figures, and nothing else', () => {
    expect(running({ loops: 1234, writable: true })).toEqual({
      version: 1,
      state: 'running',
      at: 1000,
      speed: 10,
      speeds: expect.any(Array) as number[],
      loops: 1234,
      miners: 10,
      rngs: 1,
      hashers: 1,
      problem: null,
      showsProblems: true,
      startedWith: 'npm',
      writable: true,
      setup: null,
      tenMiners: null,
    });
  });

  test('has the speed of each second of the last minute, with gaps', () => {
    const points = [...before(90), testPoint(1000)].filter(({ at }) => at < 950 || at > 960);
    const { speeds } = running({ speed: 9.8765 }, points);
    expect(speeds).toHaveLength(60);
    expect(speeds.slice(0, 9)).toEqual(Array(9).fill(3)); // 941 to 949
    expect(speeds.slice(9, 20)).toEqual(Array(11).fill(null));
    expect(speeds.at(-1)).toBe(9.88);
  });

  test('has the most important problem', () => {
    const problems = [problem, { ...problem, text: 'another' }];
    expect(running({ problems }).problem).toEqual({ severity: 'error', text: 'rng is down.' });
  });

  test('is the same with and without a problem if the page hides problems', () => {
    const hidden = running({ problems: [problem], showsProblems: false });
    expect(hidden.problem).toBeNull();
    expect(hidden).toEqual(running({ showsProblems: false }));
  });

  test('says how far the stack has come in the course, and how fast ten miners were', () => {
    const one = before(40).slice(0, 20);
    expect(running({}, one)).toMatchObject({ setup: 'one', tenMiners: null });
    const ten = before(20, { miners: 10, speed: 9.8 });
    expect(running({}, [...one, ...ten])).toMatchObject({ setup: 'ten', tenMiners: 9.8 });
  });
});

test('the summary of an outage says what is wrong with Redis', () => {
  const outage: Outage = { at: 1000, unreachable: true, reason: 'ECONNREFUSED', problem };
  expect(summaryOf(outage, before(20))).toEqual({
    version: 1,
    state: 'outage',
    at: 1000,
    unreachable: true,
    reason: 'ECONNREFUSED',
  });
});

test('the schema accepts both, also with fields of a later version', () => {
  const outage: Outage = { at: 1000, unreachable: true, reason: 'ECONNREFUSED', problem };
  for (const it of [running({}, before(60)), summaryOf(outage, [])]) {
    expect(summary.parse(JSON.parse(JSON.stringify({ ...it, later: 1 })))).toEqual(it);
  }
  expect(summary.safeParse({ ...running(), version: 2 }).success).toBe(false);
});
