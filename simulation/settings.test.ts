import { expect, test } from 'vitest';
import { readEnv } from '@dockercoins/common/service/env';
import { configSchema as hasher } from '../hasher/config.ts';
import { configSchema as miner } from '../miner/config.ts';
import { configSchema as producer } from '../producer/config.ts';
import { configSchema as rng } from '../rng/config.ts';
import { DEFAULTS } from './settings.ts';

test('the defaults are those of the services', () => {
  const services = readEnv({ ...rng, ...hasher, ...miner, ...producer }, {});
  expect(services).toMatchObject(DEFAULTS);
});
