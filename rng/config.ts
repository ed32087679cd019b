import { integer, milliseconds, slots } from '@dockercoins/common/service/env';
import { httpSchema, processSchema } from '@dockercoins/common/service/config';

export const configSchema = {
  RNG_DELAY_MS: milliseconds(100, 'delay before each response with random bytes'),
  RNG_SLOTS: slots(1, 'requests served concurrently'),
  RNG_WAITING: integer(1000, 'maximum number of waiting requests; any more get 503', 0, 100_000),
  ...httpSchema,
  ...processSchema,
};
