import { expect, test } from 'vitest';
import { readEnv } from '@dockercoins/common/service/env';
import { configSchema } from './config.ts';

test.each([
  ['PRODUCER_RATE', '-1', 'a number from 0 to 10000'],
  ['PRODUCER_RATE', 'fast', 'a number from 0 to 10000'],
  ['PRODUCER_POISON_EVERY', '1.5', 'a whole number from 0 to 1000000'],
])('%s=%s is refused', (name, value, expected) => {
  expect(() => readEnv(configSchema, { [name]: value })).toThrow(`expected ${expected}`);
});
