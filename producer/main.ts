import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Counter } from 'prom-client';
import { startAdmin } from '@dockercoins/common/service/admin';
import { keys } from '@dockercoins/common/contract';
import { readEnv } from '@dockercoins/common/service/env';
import { runService } from '@dockercoins/common/service/lifecycle';
import { openQueue } from '@dockercoins/common/queue';
import { checkRedis, failFastRedis } from '@dockercoins/common/redis';
import { RedisClock } from '@dockercoins/common/redis-clock';
import { configSchema } from './config.ts';
import { Lease } from './lease.ts';
import { Producer } from './producer.ts';

/** How long it takes to replace a leader that was killed. */
const LEASE_MS = 2000;

await runService(
  'producer',
  () => readEnv(configSchema, process.env),
  async (config, life) => {
    const { log, onStop, stopping } = life;
    const redis = onStop.adopt(failFastRedis(config.REDIS_URL, log), (it) => it.disconnect());
    const clock = new RedisClock();
    const holder = `${config.INSTANCE} ${randomUUID()}`;
    const lease = new Lease({ redis, key: keys.lease, holder, ttlMs: LEASE_MS, clock });
    const open = () => openQueue(redis, log);
    const backlog = config.PRODUCER_BACKLOG;
    // Without a connection, the first check would fail, and the next one would come a second later.
    const connected = once(redis, 'ready').catch(() => undefined);
    const producer = connected.then(
      () => new Producer({ openQueue: open, lease, clock, backlog, log, onAdded }),
    );
    const registry = await startAdmin(config, life, {
      redis: () => checkRedis(redis),
      refill: async () => (await producer).check(),
    });
    const added = new Counter({
      name: 'producer_jobs_added_total',
      help: 'jobs added to the queue',
      registers: [registry],
    });

    const onAdded = (jobs: number) => added.inc(jobs);
    const running = (await producer).run(stopping);
    onStop.defer(() => running);
  },
);
