import { integer, milliseconds, slots } from '@dockercoins/common/service/env';
import { httpSchema, processSchema } from '@dockercoins/common/service/config';

export const configSchema = {
  HASHER_DELAY_MS: milliseconds(100, 'time that hashing takes'),
  HASHER_SLOTS: slots(0, 'requests served at once'),
  HASHER_WAITING: integer(1000, 0, 100_000, 'requests that may wait for a slot; more get 503'),
  ...httpSchema,
  ...processSchema,
};
