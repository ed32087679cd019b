import { processSchema, redisSchema } from '@dockercoins/common/service/config';
import { integer } from '@dockercoins/common/service/env';

export const configSchema = {
  PRODUCER_BACKLOG: integer(
    100,
    'minimum number of waiting jobs per queue; at high speed, the backlog grows to two seconds of work',
    1,
    100_000,
  ),
  ...redisSchema,
  ...processSchema,
};
