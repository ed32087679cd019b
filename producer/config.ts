import { integer } from '@dockercoins/common/env';
import { processSettings, redisSettings } from '@dockercoins/common/settings';

export const settings = {
  PRODUCER_BACKLOG: integer(
    100,
    1,
    100_000,
    'jobs kept waiting; at least twice what all miners do at once',
  ),
  ...redisSettings,
  ...processSettings,
};
