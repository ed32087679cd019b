import { expect, test } from 'vitest';
import { testFrame } from '../../../tools/stack/frame-data.ts';
import type { Frame } from '../../frame/frame.ts';
import { stationsOf } from './stations.ts';

const stations = (frame: Frame) => {
  const { rng, hasher } = frame.upstreams;
  return stationsOf(frame, { rng: rng.pending, hasher: hasher.pending });
};

test('jobs are at their miners, in line, or served', () => {
  expect(stations(testFrame({ miners: 10 }))).toEqual({
    atMiner: 1,
    rng: { line: 7, served: 1 },
    hasher: { line: 0, served: 1 },
  });
});

test('without a line, all requests are served', () => {
  expect(stations(testFrame({ miners: 10, rngs: 4 })).rng).toEqual({ line: 0, served: 3 });
});

test('a line cannot be told from service if slots are not reported', () => {
  const frame = testFrame({ miners: 10 });
  frame.upstreams.rng.replicas = [{ name: 'rng-1', slots: null }];
  expect(stations(frame).rng).toEqual({ line: null, served: 8 });
});

test('a dead rng serves nobody', () => {
  const frame = testFrame({ miners: 10 });
  const avoided = [{ name: 'rng-1', reason: 'timeout' }];
  frame.upstreams.rng = { ...frame.upstreams.rng, replicas: [], avoided };
  expect(stations(frame).rng).toEqual({ line: 8, served: 0 });
});
