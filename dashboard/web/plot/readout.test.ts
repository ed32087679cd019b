import { expect, test } from 'vitest';
import { testPoint } from '../../../tools/stack/frame-data.ts';
import { formatTime, readout } from './readout.ts';

const at = new Date(2026, 10, 26, 14, 2, 3).getTime() / 1000;

test('a readout has the time, the speed, and the replicas', () => {
  const point = testPoint(at, { speed: 9.94, miners: 10, rng: 1 });
  expect(readout(at, point, 'hashes/s')).toEqual([
    '14:02:03',
    '9.9 hashes/s',
    '10 miners',
    '1 rng',
  ]);
});

test('unknown values are dashes', () => {
  const point = testPoint(at, { speed: null, miners: 1, rng: null });
  expect(readout(at, point, 'hashes per second')).toEqual([
    '14:02:03',
    '– hashes per second',
    '1 miner',
    'rng –',
  ]);
});

test('miners that do not report are unknown', () => {
  expect(readout(at, testPoint(at, { miners: 0, speed: 3.3 }), 'hashes/s')[2]).toBe('miners –');
  expect(readout(at, testPoint(at, { miners: 0, speed: 0 }), 'hashes/s')[2]).toBe('0 miners');
});

test('without miners, nobody asks rng', () => {
  expect(readout(at, testPoint(at, { miners: 0, speed: 0, rng: null }), 'hashes/s').at(-1)).toBe(
    'rng not in use',
  );
  expect(readout(at, testPoint(at, { miners: 0, speed: 3, rng: null }), 'hashes/s').at(-1)).toBe(
    'rng –',
  );
});

test('no rng is not unknown', () => {
  expect(readout(at, testPoint(at, { rng: 0 }), 'hashes/s').at(-1)).toBe('0 rngs');
});

test('a second without a point has no data', () => {
  expect(readout(at, undefined, 'hashes/s')).toEqual(['14:02:03', 'no data']);
});

test('midnight is 00', () => {
  expect(formatTime(new Date(2026, 10, 26).getTime() / 1000)).toBe('00:00:00');
});

test('simulated time counts from the start', () => {
  expect([0, 125, 3599, 3725].map(formatTime)).toEqual(['00:00', '02:05', '59:59', '01:02:05']);
});
