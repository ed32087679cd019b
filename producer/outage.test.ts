import { test } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import { openQueue } from '@dockercoins/common/queue';
import { failFastRedis } from '@dockercoins/common/redis';
import { RedisClock } from '@dockercoins/common/redis-clock';
import { freePort } from '../local/free-port.ts';
import { silentLog as log } from '../testing/log.ts';
import { redisOn } from '../testing/redis-server.ts';
import { until } from '../testing/until.ts';
import { Lease } from './lease.ts';
import { Producer } from './producer.ts';

test('the producer refills again after an outage of Redis', { timeout: 15_000 }, async () => {
  await using running = new AsyncDisposableStack();
  const port = await freePort();
  const first = redisOn(port);
  await first.ready;
  const redis = running.adopt(
    failFastRedis({ REDIS_URL: `redis://127.0.0.1:${port}` }, log),
    (it) => it.disconnect(),
  );
  const queue = running.adopt(openQueue(redis, log), (it) => it.close());
  const clock = new RedisClock();
  const lease = new Lease({ redis, key: keys.lease, holder: 'producer-1', ttlMs: 2000, clock });
  const stop = new AbortController();
  const open = () => [openQueue(redis, log)];
  const producing = new Producer({ openQueues: open, lease, clock, backlog: 20, log }).run(
    stop.signal,
  );
  running.defer(() => {
    stop.abort();
    return producing;
  });
  const isFull = async () => (await queue.getWaitingCount().catch(() => 0)) === 20;
  await until('the queue is full', isFull);

  await first[Symbol.asyncDispose]();
  await until('the connection is lost', () => redis.status === 'reconnecting');
  await using second = redisOn(port);
  await second.ready;

  await until('the new queue is full', isFull);
});
