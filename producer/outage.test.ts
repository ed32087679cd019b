import { once } from 'node:events';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import { openQueue } from '@dockercoins/common/queue/queue';
import { failFastRedis } from '@dockercoins/common/queue/redis';
import { RedisClock } from '@dockercoins/common/queue/redis-clock';
import { freePort } from '../test/support/free-port.ts';
import { silentLog as log } from '../tools/stack/log.ts';
import { takeRedis } from '../test/support/shared-redis.ts';
import { startSilentProxy } from '../test/support/silent-proxy.ts';
import { until } from '../tools/stack/until.ts';
import { Lease } from './lease.ts';
import { Producer } from './producer.ts';

test('the producer refills again after an outage of Redis', async () => {
  await using running = new AsyncDisposableStack();
  const server = running.use(await takeRedis());
  const direct = running.adopt(new Redis(server.url), (it) => it.disconnect());
  const waiting = running.adopt(openQueue(direct, log), (it) => it.close());
  const first = running.use(await startSilentProxy(server.port, await freePort()));
  const redis = running.adopt(
    failFastRedis({ REDIS_URL: `redis://127.0.0.1:${first.port}` }, log),
    (it) => it.disconnect(),
  );
  await once(redis, 'ready');
  const clock = new RedisClock();
  const lease = new Lease({ redis, key: keys.lease, holder: 'producer-1', ttlMs: 2000, clock });
  const stop = new AbortController();
  const queue = running.adopt(openQueue(redis, log), (it) => it.close());
  const producer = new Producer({ queues: [queue], lease, clock, backlog: 20, log });
  const producing = producer.run(stop.signal);
  running.defer(() => {
    stop.abort();
    return producing;
  });
  const isFull = async () => (await waiting.getWaitingCount()) === 20;
  await until('the queue is full', isFull);

  await first[Symbol.asyncDispose]();
  await until('it cannot refill', () => throws(() => producer.check()));
  await waiting.drain();
  expect(await waiting.getWaitingCount()).toBe(0);
  running.use(await startSilentProxy(server.port, first.port));

  await until('the queue is full again', isFull);
  await until('it is ready', () => !throws(() => producer.check()));
});

function throws(check: () => void): boolean {
  try {
    check();
    return false;
  } catch {
    return true;
  }
}
