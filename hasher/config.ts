import * as variations from '@dockercoins/common/http-service/variation-settings';
import {
  httpSchema,
  processSchema,
  seedSchema,
  variationSchema,
} from '@dockercoins/common/service/config';
import { integer, milliseconds, slots } from '@dockercoins/common/service/env';

export const configSchema = {
  HASHER_DELAY_MS: milliseconds(100, 'delay before each response with a hash'),
  HASHER_SLOTS: slots(0, 'requests served concurrently'),
  HASHER_WAITING: integer(1000, 'maximum number of waiting requests; any more get 503', 0, 100_000),
  HASHER_DELAY_DISTRIBUTION: variations.delayDistribution,
  HASHER_ERROR_RATE: variations.errorRate,
  HASHER_HANG_RATE: variations.hangRate,
  HASHER_LEAK_KB: variations.leakKb,
  HASHER_SLOW_REPLICA: variations.slowReplica('hasher'),
  HASHER_SLOW_FACTOR: variations.slowFactor,
  ...variationSchema,
  ...seedSchema,
  ...httpSchema,
  ...processSchema,
};
