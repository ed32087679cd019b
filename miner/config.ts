import { flag, integer, milliseconds, origins } from '@dockercoins/common/service/env';
import { processSchema, redisSchema, variationSchema } from '@dockercoins/common/service/config';

export const configSchema = {
  RNG_URL: origins('http://rng', 'address of rng: one or more origins, used in turn'),
  HASHER_URL: origins('http://hasher', 'address of hasher: one or more origins, used in turn'),
  MINER_WORK_MS: milliseconds(100, 'duration of the work in each loop'),
  MINER_CONCURRENCY: integer(1, 'loops run concurrently, per queue', 1, 1000),
  MINER_FLUSH_MS: milliseconds(1000, 'time between updates of the hash counter'),
  // 200 miners wait 20 s for one rng. With a shorter timeout, rng would serve miners that have already given up.
  MINER_TIMEOUT_MS: milliseconds(25_000, 'timeout of a request to one replica', 1),
  MINER_LOCK_MS: milliseconds(30_000, 'how long a silent miner keeps its jobs', 1000),
  MINER_WATCHDOG_MS: milliseconds(
    60_000,
    'an idle miner exits after this long if jobs are waiting',
    1000,
  ),
  MINER_IGNORE_SIGTERM: flag(
    false,
    'whether SIGTERM is ignored, so that only SIGKILL ends the miner',
  ),
  ...variationSchema,
  ...redisSchema,
  ...processSchema,
};
