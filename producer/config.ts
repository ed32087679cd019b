import { integer } from '@dockercoins/common/service/env';
import { processSchema, redisSchema } from '@dockercoins/common/service/config';

export const configSchema = {
  PRODUCER_BACKLOG: integer(
    100,
    1,
    100_000,
    'least number of jobs kept waiting; above it, two seconds of work',
  ),
  ...redisSchema,
  ...processSchema,
};
