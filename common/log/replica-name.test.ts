import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { parseContainerName, replicaName } from './replica-name.ts';

test.each([
  ['dockercoins-miner-3.dockercoins_default', 'miner-3'],
  ['my-miner-1-miner-12.my-miner-1_default', 'miner-12'],
  ['stack_miner.3.u8x1hxl0fm2o.stack_default', 'miner-3'],
])('%s is %s', (name, expected) => {
  expect(parseContainerName([name], 'miner')).toBe(expected);
});

test.each([['localhost'], ['dockercoins-rng-1.dockercoins_default'], ['miner.example.com'], []])(
  '%s is no replica of the miner',
  (...names) => {
    expect(parseContainerName(names, 'miner')).toBeUndefined();
  },
);

test.each(['miner-7', 'laptop', hostname()])('the name %s is kept', async (name) => {
  expect(await replicaName(name, 'miner')).toBe(name);
});
