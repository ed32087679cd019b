import { processSchema, redisSchema, variationSchema } from '@dockercoins/common/service/config';
import { decimal, integer } from '@dockercoins/common/service/env';

export const configSchema = {
  PRODUCER_BACKLOG: integer(
    100,
    'minimum number of waiting jobs per queue; at high speed, the backlog grows to two seconds of work',
    1,
    100_000,
  ),
  PRODUCER_RATE: decimal(
    0,
    'jobs added per second, in all queues together, while fewer than 20,000 wait in a queue; the rest is dropped; 0 = as many as the backlog needs',
    0,
    10_000,
  ),
  PRODUCER_POISON_EVERY: integer(
    0,
    'every how many jobs one is poison: it fails on each attempt; 0 = never',
    0,
    1_000_000,
  ),
  ...variationSchema,
  ...redisSchema,
  ...processSchema,
};
