import * as variations from '@dockercoins/common/http-service/variation-settings';
import {
  httpSchema,
  processSchema,
  seedSchema,
  variationSchema,
} from '@dockercoins/common/service/config';
import { integer, milliseconds, slots } from '@dockercoins/common/service/env';

export const configSchema = {
  RNG_DELAY_MS: milliseconds(100, 'delay before each response with random bytes'),
  RNG_SLOTS: slots(1, 'requests served concurrently'),
  RNG_WAITING: integer(1000, 'maximum number of waiting requests; any more get 503', 0, 100_000),
  RNG_DELAY_DISTRIBUTION: variations.delayDistribution,
  RNG_ERROR_RATE: variations.errorRate,
  RNG_HANG_RATE: variations.hangRate,
  RNG_LEAK_KB: variations.leakKb,
  RNG_SLOW_REPLICA: variations.slowReplica('rng'),
  RNG_SLOW_FACTOR: variations.slowFactor,
  ...variationSchema,
  ...seedSchema,
  ...httpSchema,
  ...processSchema,
};
