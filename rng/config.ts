import { integer, milliseconds, slots } from '@dockercoins/common/service/env';
import { httpSchema, processSchema } from '@dockercoins/common/service/config';

export const configSchema = {
  RNG_DELAY_MS: milliseconds(100, 'time that making random bytes takes'),
  RNG_SLOTS: slots(1, 'requests served at once'),
  RNG_WAITING: integer(1000, 0, 100_000, 'requests that may wait for a slot; more get 503'),
  ...httpSchema,
  ...processSchema,
};
