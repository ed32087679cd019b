import { describe, expect, test } from 'vitest';
import { testFrame } from '../../../tools/stack/frame-data.ts';
import type { Frame } from '../../frame/frame.ts';
import { summaryOf, type Summary } from '../../frame/summary.ts';
import type { Refusal } from './ask.ts';
import type { Contact } from './rounds.ts';
import { tileOf, totalsOf } from './tile.ts';

const stack = { url: 'http://node7:8000/', name: 'node7', guess: undefined };
const nineOFive = new Date(2026, 0, 1, 9, 5).getTime();

const running = (values: Partial<Frame> = {}): Summary =>
  summaryOf(testFrame({ miners: 10 }, values), []);
const OUTAGE: Summary = {
  version: 1,
  state: 'outage',
  at: 1000,
  unreachable: true,
  reason: 'ECONNREFUSED',
};

const answered = (summary: Summary): Contact => ({
  summary,
  refusal: undefined,
  failures: 0,
  since: 0,
});
const refused = (refusal: Refusal, failures = 1, summary?: Summary): Contact => ({
  summary,
  refusal,
  failures,
  since: nineOFive,
});

describe('a tile', () => {
  test('asks at first', () => {
    const tile = tileOf(stack, undefined);
    expect(tile).toMatchObject({ state: 'asking', figures: undefined, trouble: undefined });
  });

  test('shows the figures of a stack, and how far it has come', () => {
    const tile = tileOf(stack, answered({ ...running(), setup: 'ten' } as Summary));
    expect(tile).toMatchObject({ state: 'running', step: 3, trouble: undefined });
    expect(tile.figures?.speed).toBe(10);
    expect(tileOf(stack, answered({ ...running(), setup: 'later' } as Summary)).step).toBe(0);
  });

  test('shows the problem of a stack', () => {
    const text = 'The queue is paused.';
    const problems: Frame['problems'] = [{ part: 'queue', severity: 'warning', text, advice: '' }];
    expect(tileOf(stack, answered(running({ problems })))).toMatchObject({
      state: 'running',
      trouble: { severity: 'warning', text },
    });
  });

  test('shows an outage of Redis, and keeps the figures before it', () => {
    const before = tileOf(stack, answered(running()));
    expect(tileOf(stack, answered(OUTAGE), before)).toMatchObject({
      state: 'outage',
      figures: { speed: 10 },
      trouble: { severity: 'error', text: 'Redis is unreachable' },
    });
  });

  test.each<[Refusal, string]>([
    ['away', 'Never answered: check the address'],
    ['starting', 'No figures yet'],
    ['old', 'An older version: open it'],
  ])('says why there is no summary: %s', (refusal, text) => {
    expect(tileOf(stack, refused(refusal))).toMatchObject({ state: refusal, trouble: { text } });
  });

  test('says since when a stack that had answered is away', () => {
    const { trouble } = tileOf(stack, refused('away', 2, running()));
    expect(trouble?.text).toBe('Not reachable since 09:05');
  });

  test('does not change because of a single failure', () => {
    expect(tileOf(stack, refused('away', 1, running()))).toMatchObject({
      state: 'running',
      trouble: undefined,
    });
    expect(tileOf(stack, refused('away', 2, running())).state).toBe('away');
  });
});

test('the totals count stacks, those that are well, and those in trouble, and add up their speeds', () => {
  const tiles = [
    tileOf(stack, undefined),
    tileOf(stack, answered(running())),
    tileOf(stack, answered(running({ speed: null }))),
    tileOf(stack, answered(OUTAGE), tileOf(stack, answered(running()))),
    tileOf(stack, refused('away')),
  ];
  expect(totalsOf(tiles)).toEqual({ stacks: 5, well: 2, inTrouble: 2, speed: 10 });
});
