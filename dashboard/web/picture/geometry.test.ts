import { describe, expect, test } from 'vitest';
import { cellsIn, snakeIn } from './geometry.ts';

const rect = { left: 100, top: 50, width: 100, height: 40 };

describe('a line', () => {
  test('starts at the lower right, and turns at the left', () => {
    expect(snakeIn(rect, 7, 20)).toEqual([
      { x: 190, y: 80 },
      { x: 170, y: 80 },
      { x: 150, y: 80 },
      { x: 130, y: 80 },
      { x: 110, y: 80 },
      { x: 110, y: 60 },
      { x: 130, y: 60 },
    ]);
  });

  test('is closer if it is too long', () => {
    const line = snakeIn(rect, 60, 20);
    expect(line).toHaveLength(60);
    for (const { x, y } of line) {
      expect(x).toBeGreaterThan(100);
      expect(x).toBeLessThan(200);
      expect(y).toBeGreaterThan(50);
      expect(y).toBeLessThan(90);
    }
  });

  test('has all places, even in an empty rectangle', () => {
    expect(snakeIn({ ...rect, width: 0, height: 0 }, 3, 20)).toHaveLength(3);
  });
});

describe('cells', () => {
  test('are around the center, as large as wanted', () => {
    expect(cellsIn(rect, 2, { width: 20, height: 10 })).toEqual([
      { left: 130, top: 65, width: 20, height: 10 },
      { left: 150, top: 65, width: 20, height: 10 },
    ]);
  });

  test('are smaller if there are many', () => {
    const cells = cellsIn(rect, 10, { width: 40, height: 40 });
    expect(cells).toHaveLength(10);
    expect(cells[0]).toEqual({ left: 100, top: 50, width: 20, height: 20 });
    expect(cells[9]).toEqual({ left: 180, top: 70, width: 20, height: 20 });
  });

  test('may be none', () => {
    expect(cellsIn(rect, 0, { width: 20, height: 10 })).toEqual([]);
  });
});
