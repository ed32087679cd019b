import { describe, expect, test } from 'vitest';
import type { Point } from '../../frame.ts';
import { toCsv } from './csv.ts';

const HEAD = 'time,speed,loops,hashes,miners,rng,hasher';

const point = (values: Partial<Point> = {}): Point => ({
  at: 0,
  speed: 3.25,
  loops: 40,
  hashes: 39,
  miners: 10,
  rng: 1,
  hasher: 2,
  ...values,
});

const rowsOf = (...points: Point[]) => toCsv(points).split('\n').slice(1, -1);
const TIME = 0;
const SPEED = 1;
const HASHES = 3;

const cellOf = (values: Partial<Point>, column: number) =>
  rowsOf(point(values))[0]?.split(',')[column];

describe('the file', () => {
  test('is a head line without points', () => {
    expect(toCsv([])).toBe(`${HEAD}\n`);
  });

  test('has a line for each point, in their order, and ends with the last', () => {
    expect(toCsv([point({ at: 0 }), point({ at: 1, loops: 44 })])).toBe(
      [
        HEAD,
        '1970-01-01T00:00:00.000Z,3.250,40,39,10,1,2',
        '1970-01-01T00:00:01.000Z,3.250,44,39,10,1,2',
        '',
      ].join('\n'),
    );
  });

  test('has as many cells in each line as in the head', () => {
    const [row] = rowsOf(point({ speed: null, hashes: null }));
    expect(row?.split(',')).toHaveLength(HEAD.split(',').length);
  });
});

describe('a line', () => {
  test('has its time in ISO 8601', () => {
    expect(cellOf({ at: 1_790_000_000 }, TIME)).toBe('2026-09-21T14:13:20.000Z');
  });

  test('has its speed with three decimals', () => {
    expect(cellOf({ speed: 10 / 3 }, SPEED)).toBe('3.333');
  });

  test('has nothing where the speed is not known', () => {
    expect(cellOf({ speed: null }, SPEED)).toBe('');
  });

  test('has nothing where nobody has counted hashes yet', () => {
    expect(cellOf({ hashes: null }, HASHES)).toBe('');
  });

  test('tells zero from unknown', () => {
    expect(rowsOf(point({ speed: 0, loops: 0, hashes: 0, miners: 0, rng: 0, hasher: 0 }))).toEqual([
      '1970-01-01T00:00:00.000Z,0.000,0,0,0,0,0',
    ]);
  });

  test('does not part the thousands', () => {
    expect(cellOf({ hashes: 1_234_567 }, HASHES)).toBe('1234567');
  });

  test('holds nothing but the columns', () => {
    const frame = { ...point(), coins: 7 };
    expect(rowsOf(frame)).toEqual(rowsOf(point()));
  });
});
