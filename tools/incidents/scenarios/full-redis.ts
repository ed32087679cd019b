import type { Scenario } from './scenario.ts';
import { speedBelow } from './signs.ts';

export const fullRedis: Scenario = {
  name: 'full-redis',
  title: 'maxmemory of Redis is 1 MiB, so writes fail',
  part: 'redis',
  cause: 'no memory left',
  action: ({ redis }) => redis.config('SET', 'maxmemory', '1mb'),
  symptom: speedBelow(0.1),
  firstFigure: {
    what: 'share of its memory that Redis uses',
    unit: '%',
    read: ({ redis: { used, max } }) => (max === null ? 0 : (100 * used) / max),
    shows: (now) => now >= 100,
  },
  evidence:
    'The logs of all services that write to Redis say OOM, and the list of problems says that it is full. Loops that run are completed, but no job is added or fetched and no coin stored, so the speed drops to zero within a minute, although jobs wait. In Redis, `INFO memory` shows that it uses a few MiB, as before: the data did not grow, but `maxmemory` is 1 MiB.',
  cure: ({ redis, saved }) => redis.config('SET', 'maxmemory', saved.maxmemory),
};
