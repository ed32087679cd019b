import { describe, expect, test } from 'vitest';
import { readLocalConfig, warnOfUnknown } from './config.ts';

test('by default, npm start chooses the addresses and starts a Redis', () => {
  expect(readLocalConfig({})).toEqual({
    redis: undefined,
    queues: 1,
    LISTEN_HOST: '127.0.0.1',
    LOCAL_DIR: '.local',
    overrides: {},
  });
});

test('the environment overrides what npm start would choose', () => {
  const env = {
    INSTANCE: 'left',
    PORT: '8080',
    ADMIN_PORT: '15000',
    RNG_URL: 'http://127.0.0.1:1,http://127.0.0.1:2',
    PAGE_DIR: 'page',
    SERVICES_DIR: 'services',
    REDIS_URL: 'redis://127.0.0.1:3',
  };
  expect(readLocalConfig(env)).toMatchObject({
    redis: { REDIS_URL: 'redis://127.0.0.1:3' },
    overrides: {
      INSTANCE: 'left',
      PORT: 8080,
      ADMIN_PORT: 15_000,
      RNG_URL: ['http://127.0.0.1:1', 'http://127.0.0.1:2'],
      PAGE_DIR: 'page',
      SERVICES_DIR: 'services',
    },
  });
});

describe('a bad setting of any service is rejected:', () => {
  test.each<[string, Record<string, string>, string]>([
    ['a port above 65535', { ADMIN_PORT: '65536' }, 'ADMIN_PORT ('],
    ['a name with a space', { INSTANCE: 'my rng' }, 'INSTANCE ('],
    ['an rng that is not a URL', { RNG_URL: 'rng' }, 'RNG_URL ('],
    ['a number of the dashboard', { PORT: 'x' }, 'PORT ('],
    ['a delay below 0', { HASHER_DELAY_MS: '-1' }, 'HASHER_DELAY_MS ('],
  ])('%s', (_problem, env, message) => {
    expect(() => readLocalConfig(env)).toThrow(message);
  });
});

test('a misspelled setting is reported, with those that begin like it', () => {
  const env = { RNG_DELAY: '5', MINER_X: '1', RNG_DELAY_MS: '5', RNG_PORT: '8001', HOME: '/' };
  expect(warnOfUnknown(env)).toEqual([
    'warning: RNG_DELAY is set, but is not a setting (similar: RNG_DELAY_MS, RNG_DELAY_DISTRIBUTION)',
    'warning: MINER_X is set, but is not a setting (npm start -- --help lists them)',
  ]);
});
