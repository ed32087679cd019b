import { describe, expect, test } from 'vitest';
import { chartScale, spread } from './chart-scale.ts';

describe('the axes', () => {
  test('have room for ten miners, and no speeds without measurements', () => {
    expect(chartScale([], [], 12)).toMatchObject({ xMax: 12, yTicks: [] });
  });

  test('have room for all miners and speeds', () => {
    const { xMax, yMax } = chartScale([1, 40], [3.3, 33], 10);
    expect(xMax).toBeGreaterThan(40);
    expect(yMax).toBeGreaterThan(33);
  });

  test('have round labels from 0 on', () => {
    const { xTicks, yTicks } = chartScale([1, 2, 10], [3.3, 33.3], 8);
    expect(xTicks).toEqual([0, 2, 4, 6, 8, 10, 12]);
    expect(yTicks).toEqual([0, 10, 20, 30, 40]);
  });

  test('have no labels between two numbers of miners', () => {
    expect(chartScale([], [], 100).xTicks).toHaveLength(13);
  });

  test('suit thousands of hashes per second', () => {
    expect(chartScale([1], [15_000], 10).yTicks).toEqual([0, 5000, 10_000, 15_000, 20_000]);
  });
});

describe('spread', () => {
  const room = { top: 0, bottom: 100 };

  test('keeps positions that are far enough apart', () => {
    expect(spread([10, 50], 20, room)).toEqual([10, 50]);
    expect(spread([], 20, room)).toEqual([]);
  });

  test('moves others apart, in their order, as little as possible', () => {
    expect(spread([52, 48, 50], 20, room)).toEqual([70, 30, 50]);
    expect(spread([50, 50, 95], 20, room)).toEqual([40, 60, 95]);
  });

  test('does not leave the room at the top or at the bottom', () => {
    expect(spread([2, 3, 50], 20, room)).toEqual([0, 20, 50]);
    expect(spread([98, 50, 99], 20, room)).toEqual([80, 50, 100]);
  });
});
