import { describe, expect, test } from 'vitest';
import { GAP, HEIGHT_EM, layoutOf } from './layout.ts';

describe('all tiles fit on', () => {
  test.each([
    ['a projector of 1280 × 720', 30, 1256, 660],
    ['a screen of 1920 × 1080', 40, 1884, 990],
    ['a screen of 1920 × 1080', 1, 1884, 990],
    ['a portrait screen', 20, 1056, 1700],
  ])('%s: %i', (_, count, width, height) => {
    const { columns, fontSize } = layoutOf(count, width, height);
    const rows = Math.ceil(count / columns);
    expect(rows * HEIGHT_EM * fontSize + (rows - 1) * GAP).toBeLessThanOrEqual(height);
    expect(fontSize).toBeGreaterThanOrEqual(18);
    expect(fontSize).toBeLessThanOrEqual(40);
  });
});

test('the text of 40 tiles on a large screen is larger than that of 40 on a projector', () => {
  const large = layoutOf(40, 1884, 990).fontSize;
  expect(large).toBeGreaterThan(layoutOf(40, 1256, 660).fontSize);
});

test('on a phone, there is one tile per row', () => {
  expect(layoutOf(30, 366, 700)).toEqual({ columns: 1, fontSize: 18 });
});

test('tiles that do not fit are no smaller', () => {
  const { columns, fontSize } = layoutOf(100, 1256, 660);
  expect(fontSize).toBe(18);
  expect(columns).toBe(6);
});

test('without a size or tiles, there is a column', () => {
  expect(layoutOf(0, 0, 0).columns).toBe(1);
  expect(layoutOf(0, 1256, 660).columns).toBeGreaterThanOrEqual(1);
});
