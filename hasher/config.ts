import { integer, milliseconds, slots } from '@dockercoins/common/service/env';
import { httpSchema, processSchema } from '@dockercoins/common/service/config';

export const configSchema = {
  HASHER_DELAY_MS: milliseconds(100, 'delay before each response with a hash'),
  HASHER_SLOTS: slots(0, 'requests served concurrently'),
  HASHER_WAITING: integer(1000, 'maximum number of waiting requests; any more get 503', 0, 100_000),
  ...httpSchema,
  ...processSchema,
};
