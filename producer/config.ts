import { integer } from '@dockercoins/common/env';
import { processSettings, redisSettings } from '@dockercoins/common/settings';

export const settings = {
  PRODUCER_BACKLOG: integer(
    100,
    1,
    100_000,
    'least number of jobs kept waiting; above it, two seconds of work',
  ),
  ...redisSettings,
  ...processSettings,
};
