import { describe, expect, test } from 'vitest';
import type { Point } from '../../frame/frame.ts';
import { testPoint, testSettings } from '../../../tools/stack/frame-data.ts';
import { toCsv } from './csv.ts';

const HEADER = 'time,speed,loops,hashes,miners,rng,hasher,troubled,rngMs,hasherMs,settings';

const point = (values: Partial<Point> = {}) =>
  testPoint(0, {
    speed: 3.25,
    loops: 40,
    hashes: 39,
    miners: 10,
    hasher: 2,
    rngMs: 842.04,
    ...values,
  });

const rowsOf = (...points: Point[]) => toCsv(points, true).split('\n').slice(1, -1);
const TIME = 0;
const SPEED = 1;
const HASHES = 3;

const cellOf = (values: Partial<Point>, column: number) =>
  rowsOf(point(values))[0]?.split(',')[column];

describe('toCsv', () => {
  test('returns only the header if there are no points', () => {
    expect(toCsv([], true)).toBe(`${HEADER}\n`);
  });

  test('returns one row per point, in order', () => {
    expect(toCsv([point({ at: 0 }), point({ at: 1, loops: 44 })], true)).toBe(
      [
        HEADER,
        '0,3.250,40,39,10,1,2,false,842.0,100.0,"work 100 ms, rng 100 ms × 1, hasher 100 ms"',
        '1,3.250,44,39,10,1,2,false,842.0,100.0,"work 100 ms, rng 100 ms × 1, hasher 100 ms"',
        '',
      ].join('\n'),
    );
  });

  test('returns as many cells per row as in the header', () => {
    const unknown = { speed: null, hashes: null, rng: null, hasher: null, rngMs: null };
    const [row] = rowsOf(point({ ...unknown, hasherMs: null, settings: null }));
    expect(row).toBe('0,,40,,10,,,false,,,');
    expect(row?.split(',')).toHaveLength(HEADER.split(',').length);
  });

  test('leaves out what gives the bottleneck away until that is revealed', () => {
    const [header, row] = toCsv([point()], false).split('\n');
    expect(header).toBe('time,speed,loops,hashes,miners,rng,hasher,troubled');
    expect(row).toBe('0,3.250,40,39,10,1,2,false');
  });

  test('writes the time in ISO 8601, simulated time in seconds', () => {
    expect(cellOf({ at: 1_790_000_000 }, TIME)).toBe('2026-09-21T14:13:20.000Z');
    expect(cellOf({ at: 125 }, TIME)).toBe('125');
  });

  test('writes the speed with three decimals', () => {
    expect(cellOf({ speed: 10 / 3 }, SPEED)).toBe('3.333');
  });

  test('leaves an unknown speed empty', () => {
    expect(cellOf({ speed: null }, SPEED)).toBe('');
  });

  test('leaves hashes empty before the first count', () => {
    expect(cellOf({ hashes: null }, HASHES)).toBe('');
  });

  test('writes zeros as zeros', () => {
    const zeros = { speed: 0, loops: 0, hashes: 0, miners: 0, rng: 0, hasher: 0 };
    expect(rowsOf(point(zeros))[0]).toContain('0,0.000,0,0,0,0,0,');
  });

  test('writes no thousands separators', () => {
    expect(cellOf({ hashes: 1_234_567 }, HASHES)).toBe('1234567');
  });

  test('quotes settings, which contain commas', () => {
    const settings = testSettings({ producer: { rate: 5 } });
    expect(rowsOf(point({ settings }))[0]).toMatch(/,"work .*, producer adds 5 jobs\/s"$/);
  });

  test('says whether there was a problem', () => {
    expect(rowsOf(point({ troubled: true }))[0]).toContain(',true,');
  });

  test('ignores properties that are not columns', () => {
    const frame = { ...point(), coins: 7 };
    expect(rowsOf(frame)).toEqual(rowsOf(point()));
  });
});
