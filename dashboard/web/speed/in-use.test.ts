import { expect, test } from 'vitest';
import { testFrame } from '../../../tools/stack/frame-data.ts';
import type { UpstreamView } from '../../frame/frame.ts';
import { isInUse } from './in-use.ts';

const IDLE: UpstreamView = { replicas: [], avoided: [], pending: 0, failures: null, reports: true };
const withRng = (rng: Partial<UpstreamView>) => {
  const frame = testFrame();
  return { ...frame, upstreams: { ...frame.upstreams, rng: { ...IDLE, ...rng } } };
};

test('rng is not in use while no miner runs, or all of them are paused', () => {
  expect(isInUse(withRng({}), 'rng')).toBe(false);
  expect(isInUse(withRng({}), 'hasher')).toBe(true);
});

test.each<[string, Partial<UpstreamView>]>([
  ['has responded', { replicas: [{ name: 'rng-1', slots: 1 }] }],
  ['has a request', { pending: 1 }],
  ['fails', { failures: { miners: 1, errors: 1, reason: 'ECONNREFUSED' } }],
  ['is avoided', { avoided: [{ name: 'rng-1', reason: 'timeout' }] }],
  ['does not say who it is', { reports: false }],
])('an rng that %s is in use', (_, rng) => {
  expect(isInUse(withRng(rng), 'rng')).toBe(true);
});

test('nobody knows what miners use that do not report', () => {
  expect(isInUse({ ...withRng({}), source: 'hashes' }, 'rng')).toBe(true);
});
