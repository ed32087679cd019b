import { describe, expect, test } from 'vitest';
import { age, duration, percent, speed, whole } from './format.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('a speed', () => {
  test('has one decimal', () => {
    expect(speed(9.94)).toBe('9.9');
    expect(speed(3)).toBe('3.0');
  });

  test('has none from 100 on', () => {
    expect(speed(99.9)).toBe('99.9');
    expect(speed(100)).toBe('100');
    expect(speed(100.6)).toBe('101');
  });

  test('has its thousands apart', () => {
    expect(speed(1234.5678)).toBe('1,235');
  });

  test('of nothing is zero', () => {
    expect(speed(0)).toBe('0.0');
  });

  test('is a dash where it is not known', () => {
    expect(speed(null)).toBe('–');
    expect(speed(undefined)).toBe('–');
  });
});

describe('a whole number', () => {
  test('is written as it is below a thousand', () => {
    expect(whole(0)).toBe('0');
    expect(whole(999)).toBe('999');
  });

  test('has its thousands apart', () => {
    expect(whole(1000)).toBe('1,000');
    expect(whole(1234567)).toBe('1,234,567');
  });

  test('is a dash where it is not known', () => {
    expect(whole(null)).toBe('–');
    expect(whole(undefined)).toBe('–');
  });
});

describe('a duration', () => {
  test('below 10 ms has a decimal', () => {
    expect(duration(0)).toBe('0.0 ms');
    expect(duration(2.5)).toBe('2.5 ms');
    expect(duration(9.9)).toBe('9.9 ms');
  });

  test('below a second has whole milliseconds', () => {
    expect(duration(10)).toBe('10 ms');
    expect(duration(100.7)).toBe('101 ms');
    expect(duration(999)).toBe('999 ms');
  });

  test('from a second on has seconds with a decimal', () => {
    expect(duration(SECOND)).toBe('1.0 s');
    expect(duration(30.2 * SECOND)).toBe('30.2 s');
    expect(duration(99.9 * SECOND)).toBe('99.9 s');
  });

  test('from 100 seconds on has whole minutes', () => {
    expect(duration(100 * SECOND)).toBe('2 min');
    expect(duration(12 * MINUTE)).toBe('12 min');
    expect(duration(99 * MINUTE)).toBe('99 min');
  });

  test('from 100 minutes on has whole hours', () => {
    expect(duration(100 * MINUTE)).toBe('2 h');
    expect(duration(30 * HOUR)).toBe('30 h');
  });
});

describe('a percentage', () => {
  test('is whole', () => {
    expect(percent(0.5)).toBe('50 %');
    expect(percent(0.994)).toBe('99 %');
    expect(percent(0.996)).toBe('100 %');
  });

  test('may be nothing, all or more', () => {
    expect(percent(0)).toBe('0 %');
    expect(percent(1)).toBe('100 %');
    expect(percent(1.04)).toBe('104 %');
  });
});

describe('an age', () => {
  test('below a minute has seconds', () => {
    expect(age(0)).toBe('0 s');
    expect(age(4 * SECOND)).toBe('4 s');
    expect(age(59 * SECOND)).toBe('59 s');
  });

  test('below an hour has minutes and seconds', () => {
    expect(age(MINUTE)).toBe('1:00 min');
    expect(age(3 * MINUTE + 5 * SECOND)).toBe('3:05 min');
    expect(age(HOUR - SECOND)).toBe('59:59 min');
  });

  test('from an hour on has hours and minutes', () => {
    expect(age(HOUR)).toBe('1:00 h');
    expect(age(2 * HOUR + 15 * MINUTE + 59 * SECOND)).toBe('2:15 h');
    expect(age(30 * HOUR + 5 * MINUTE)).toBe('30:05 h');
  });

  test('counts what is complete', () => {
    expect(age(SECOND - 1)).toBe('0 s');
    expect(age(MINUTE - 1)).toBe('59 s');
    expect(age(HOUR - 1)).toBe('59:59 min');
  });

  test('is nothing where the clocks differ and it lies ahead', () => {
    expect(age(-5 * SECOND)).toBe('0 s');
  });
});

test.each([
  [9.96, '10 ms'],
  [999.6, '1.0 s'],
  [99_960, '2 min'],
  [5_999_999, '2 h'],
])('just below a border, %d ms reads %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test('just below a hundred, a speed has no decimals either', () => {
  expect(speed(99.96)).toBe('100');
});
