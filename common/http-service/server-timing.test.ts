import { describe, expect, test } from 'vitest';
import { formatServerTiming, parseServerTiming } from './server-timing.ts';

describe('the Server-Timing header', () => {
  test('has the standard format', () => {
    const timing = { queue: 12.34, service: 100.86, slots: 1, delay: 100, cpu: 0.023 };
    expect(formatServerTiming(timing)).toBe(
      'queue;dur=12.3, service;dur=100.9, slots;desc="1", delay;dur=100, cpu;desc="0.02"',
    );
  });

  test.each([
    { queue: 0, service: 0, slots: 0, delay: 0, cpu: 0 },
    { queue: 12.3, service: 100.9, slots: 1, delay: 100, cpu: 0.02 },
    { queue: 98765.4, service: 0.1, slots: 10_000, delay: 3_600_000, cpu: 1.25 },
  ])('parses to the same values: %o', (timing) => {
    expect(parseServerTiming(formatServerTiming(timing))).toEqual(timing);
  });

  test.each([
    [{ slower: 5, errors: 0.001 }, 'slower;desc="5", errors;desc="0.001"'],
    [{ delays: 'uniform', hangs: 1e-7 }, 'delays;desc="uniform", hangs;desc="1e-7"'],
    [{ leakKb: 64 }, 'leakKb;desc="64"'],
  ] as const)('has a metric for each variation: %o', (variations, metrics) => {
    const timing = { queue: 0, service: 0, slots: 1, delay: 100, cpu: 0, variations };
    const header = formatServerTiming(timing);
    expect(header).toMatch(new RegExp(`cpu;desc="0.00", ${metrics}$`));
    expect(parseServerTiming(header)).toEqual(timing);
  });

  test.each(['delays;desc="odd"', 'errors;desc="some"', 'variations;desc="is 5 times slower"'])(
    'says nothing about variations that are unknown: %s',
    (metric) => {
      expect(parseServerTiming(`queue;dur=1, ${metric}`)).toEqual({ queue: 1 });
    },
  );

  test('may list metrics in any order', () => {
    expect(parseServerTiming('slots;desc="3", service;dur=2, queue;dur=1')).toEqual({
      queue: 1,
      service: 2,
      slots: 3,
    });
  });

  test.each(['', 'garbage', 'queue', 'queue;dur=', 'queue;dur=fast', 'slots;desc=x', ';;;,,,="'])(
    'parses to nothing if it is "%s"',
    (header) => {
      expect(parseServerTiming(header)).toEqual({});
    },
  );

  test('parses to only the values that are present and valid', () => {
    expect(parseServerTiming('service;dur=7.5')).toEqual({ service: 7.5 });
    expect(parseServerTiming('db;dur=1, queue;dur=x, slots;desc="2"')).toEqual({ slots: 2 });
  });

  test('is not confused by names that end with one of ours', () => {
    expect(parseServerTiming('dequeue;dur=1, micro-service;dur=2')).toEqual({});
  });
});
