import { integer, milliseconds, origins } from '@dockercoins/common/service/env';
import { processSchema, redisSchema } from '@dockercoins/common/service/config';

export const configSchema = {
  RNG_URL: origins('http://rng', 'where rng is: one or several origins, used in turn'),
  HASHER_URL: origins('http://hasher', 'where hasher is: one or several origins, used in turn'),
  MINER_WORK_MS: milliseconds(100, 'work before each loop'),
  MINER_CONCURRENCY: integer(1, 1, 1000, 'loops at once'),
  MINER_FLUSH_MS: milliseconds(1000, 'time between updates of the counter'),
  // Two hundred miners wait 20 s for one rng. A shorter wait would waste its answers on miners that have given up.
  MINER_TIMEOUT_MS: milliseconds(
    25_000,
    'longest wait for an answer from one replica of rng or hasher',
    1,
  ),
  MINER_LOCK_MS: milliseconds(
    30_000,
    'a job of a miner that is silent for so long is given to another',
    1000,
  ),
  MINER_WATCHDOG_MS: milliseconds(
    60_000,
    'a miner that gets no job for so long while jobs wait ends itself',
    1000,
  ),
  ...redisSchema,
  ...processSchema,
};
