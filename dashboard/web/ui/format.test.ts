import { describe, expect, test } from 'vitest';
import {
  formatAge,
  formatCount,
  formatDuration,
  formatInteger,
  formatPercent,
  formatSpeed,
} from './format.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('formatSpeed', () => {
  test('writes one decimal below 100', () => {
    expect(formatSpeed(9.94)).toBe('9.9');
    expect(formatSpeed(3)).toBe('3.0');
    expect(formatSpeed(0)).toBe('0.0');
  });

  test('writes no decimals from 100 on', () => {
    expect(formatSpeed(99.9)).toBe('99.9');
    expect(formatSpeed(100)).toBe('100');
    expect(formatSpeed(100.6)).toBe('101');
  });

  test('writes no decimals if the speed rounds to 100', () => {
    expect(formatSpeed(99.96)).toBe('100');
  });

  test('separates thousands', () => {
    expect(formatSpeed(1234.5678)).toBe('1,235');
  });

  test('writes a dash for an unknown speed', () => {
    expect(formatSpeed(null)).toBe('–');
    expect(formatSpeed(undefined)).toBe('–');
  });
});

describe('formatInteger', () => {
  test('separates thousands', () => {
    expect(formatInteger(0)).toBe('0');
    expect(formatInteger(999)).toBe('999');
    expect(formatInteger(1000)).toBe('1,000');
    expect(formatInteger(1234567)).toBe('1,234,567');
  });

  test('writes a dash for an unknown value', () => {
    expect(formatInteger(null)).toBe('–');
    expect(formatInteger(undefined)).toBe('–');
  });
});

describe('formatCount', () => {
  test.each([
    [0, '0 miners'],
    [1, '1 miner'],
    [2, '2 miners'],
    [1000, '1,000 miners'],
  ])('writes %d as %s', (count, text) => {
    expect(formatCount(count, 'miner')).toBe(text);
  });
});

describe('formatDuration', () => {
  test('writes milliseconds with one decimal below 10 ms', () => {
    expect(formatDuration(0)).toBe('0.0 ms');
    expect(formatDuration(2.5)).toBe('2.5 ms');
    expect(formatDuration(9.9)).toBe('9.9 ms');
  });

  test('writes whole milliseconds from 10 ms on', () => {
    expect(formatDuration(10)).toBe('10 ms');
    expect(formatDuration(100.7)).toBe('101 ms');
    expect(formatDuration(999)).toBe('999 ms');
  });

  test('writes seconds with one decimal below 10 s', () => {
    expect(formatDuration(SECOND)).toBe('1.0 s');
    expect(formatDuration(9.9 * SECOND)).toBe('9.9 s');
  });

  test('writes whole seconds from 10 s on', () => {
    expect(formatDuration(10 * SECOND)).toBe('10 s');
    expect(formatDuration(30.2 * SECOND)).toBe('30 s');
    expect(formatDuration(99 * SECOND)).toBe('99 s');
  });

  test('writes whole minutes from 100 s on', () => {
    expect(formatDuration(100 * SECOND)).toBe('2 min');
    expect(formatDuration(12 * MINUTE)).toBe('12 min');
    expect(formatDuration(99 * MINUTE)).toBe('99 min');
  });

  test('writes whole hours from 100 min on', () => {
    expect(formatDuration(100 * MINUTE)).toBe('2 h');
    expect(formatDuration(30 * HOUR)).toBe('30 h');
  });

  test.each([
    [9.96, '10 ms'],
    [999.6, '1.0 s'],
    [9960, '10 s'],
    [99_600, '2 min'],
    [5_999_999, '2 h'],
  ])('switches units if rounding reaches the threshold: %d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('formatPercent', () => {
  test('rounds to a whole percentage', () => {
    expect(formatPercent(0.5)).toBe('50%');
    expect(formatPercent(0.994)).toBe('99%');
    expect(formatPercent(0.996)).toBe('100%');
  });

  test('accepts 0, 1, and more than 1', () => {
    expect(formatPercent(0)).toBe('0%');
    expect(formatPercent(1)).toBe('100%');
    expect(formatPercent(1.04)).toBe('104%');
  });
});

describe('formatAge', () => {
  test('writes seconds below a minute', () => {
    expect(formatAge(0)).toBe('0s');
    expect(formatAge(4 * SECOND)).toBe('4s');
    expect(formatAge(59 * SECOND)).toBe('59s');
  });

  test('writes minutes and seconds below an hour', () => {
    expect(formatAge(MINUTE)).toBe('1m 00s');
    expect(formatAge(3 * MINUTE + 5 * SECOND)).toBe('3m 05s');
    expect(formatAge(HOUR - SECOND)).toBe('59m 59s');
  });

  test('writes hours and minutes from an hour on', () => {
    expect(formatAge(HOUR)).toBe('1h 00m');
    expect(formatAge(2 * HOUR + 15 * MINUTE + 59 * SECOND)).toBe('2h 15m');
    expect(formatAge(30 * HOUR + 5 * MINUTE)).toBe('30h 05m');
  });

  test('rounds down', () => {
    expect(formatAge(SECOND - 1)).toBe('0s');
    expect(formatAge(MINUTE - 1)).toBe('59s');
    expect(formatAge(HOUR - 1)).toBe('59m 59s');
  });

  test('writes 0s if clocks differ and the age is negative', () => {
    expect(formatAge(-5 * SECOND)).toBe('0s');
  });
});
