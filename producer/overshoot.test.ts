import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import { openQueue } from '@dockercoins/common/queue/queue';
import type { RedisClient } from '@dockercoins/common/queue/redis';
import { RedisClock } from '@dockercoins/common/queue/redis-clock';
import { silentLog as log } from '../tools/stack/log.ts';
import { patientRedis } from '../test/support/patient-redis.ts';
import { takeRedis } from '../test/support/shared-redis.ts';
import { until } from '../tools/stack/until.ts';
import { Lease } from './lease.ts';
import { Producer } from './producer.ts';

const REPLICAS = 3;
const BACKLOG = 20;

/** Every replica believes that it leads. */
class NoLease extends Lease {
  override hold(): Promise<boolean> {
    return Promise.resolve(true);
  }
}

test('without a lease, replicas that count and then add overshoot together', async () => {
  await using running = new AsyncDisposableStack();
  const server = running.use(await takeRedis());
  const admin = running.adopt(new Redis(server.url), (it) => it.disconnect());
  const clock = new RedisClock();
  let counted = 0;
  let added = 0;

  /** Opens a queue whose first count returns only after all replicas have counted. */
  const openCounting = (redis: RedisClient) => {
    const queue = running.adopt(openQueue(redis, log), (it) => it.close());
    const count = queue.getJobCounts.bind(queue);
    queue.getJobCounts = async (...types) => {
      const counts = await count(...types);
      counted++;
      await until('all replicas have counted', () => counted >= REPLICAS);
      return counts;
    };
    return queue;
  };
  for (let n = 0; n < REPLICAS; n++) {
    const redis = running.adopt(await patientRedis(server.url), (it) => it.disconnect());
    const lease = new NoLease({ redis, key: keys.lease, holder: `${n}`, ttlMs: 2000, clock });
    const stop = new AbortController();
    const producing = new Producer({
      queues: [openCounting(redis)],
      lease,
      clock,
      backlog: BACKLOG,
      log,
      onAdded: (jobs) => (added += jobs),
    }).run(stop.signal);
    running.defer(() => {
      stop.abort();
      return producing;
    });
  }

  await until('all replicas have added', () => added >= REPLICAS * BACKLOG);
  const queue = running.adopt(openQueue(admin, log), (it) => it.close());
  expect(await queue.getWaitingCount()).toBe(REPLICAS * BACKLOG);
});
