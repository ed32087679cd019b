import { describe, expect, test } from 'vitest';
import { checkScaleRequest } from './scale-request.ts';

const CURRENT = { rng: 1, hasher: 1, producer: 1, miner: 2, dashboard: 1 };
const check = (body: unknown, overrides = {}) => checkScaleRequest(body, CURRENT, overrides);

test('a request sets each service that it names, in case a change in progress fails', () => {
  expect(check({ replicas: { miner: 10, rng: '4', hasher: 1 } })).toEqual({
    changes: { rng: 4, hasher: 1, miner: 10 },
    settings: {},
  });
});

test('added replicas can have their own settings', () => {
  const body = { replicas: { rng: 2 }, settings: { RNG_DELAY_MS: '500' } };
  expect(check(body)).toEqual({ changes: { rng: 2 }, settings: { RNG_DELAY_MS: '500' } });
});

describe('a request is rejected', () => {
  test.each<[string, unknown, string]>([
    ['without JSON', undefined, 'expected JSON like {"replicas"'],
    ['without replicas', { settings: {} }, 'expected JSON like {"replicas"'],
    ['for an unknown service', { replicas: { mine: 3 } }, 'mine=3: expected SERVICE=N, where'],
    ['for a fraction', { replicas: { miner: 1.5 } }, 'miner=1.5: expected SERVICE=N'],
    ['for too many', { replicas: { miner: 201 } }, 'N is from 0 to 200'],
    ['for two dashboards', { replicas: { dashboard: 2 } }, 'dashboard=2: expected 1'],
    ['for no rng', { replicas: { rng: 0 } }, 'rng=0: expected at least 1, or RNG_URL to be set'],
    [
      'with an unknown setting',
      { replicas: { rng: 2 }, settings: { RNG_DELAY: '1' } },
      'lists them',
    ],
    ['with a bad value', { replicas: { rng: 2 }, settings: { RNG_DELAY_MS: 'x' } }, 'got "x"'],
    ['with a port', { replicas: { rng: 2 }, settings: { PORT: '1' } }, 'does not choose itself'],
    [
      'with a setting that no added replica has',
      { replicas: { miner: 3, rng: 1 }, settings: { RNG_DELAY_MS: '500' } },
      'RNG_DELAY_MS: expected a larger number of rng, too, because only added replicas get the setting',
    ],
  ])('%s', (_problem, body, message) => {
    expect(() => check(body)).toThrow(message);
  });
});

test('a stack without rng is allowed if the miners use another', () => {
  expect(check({ replicas: { rng: 0 } }, { RNG_URL: ['http://a'] }).changes).toEqual({ rng: 0 });
});
