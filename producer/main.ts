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

/** A leader that was killed is replaced when its lease has expired. */
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
    // A first check without a connection would fail, and the next one come a second later.
    const connected = once(redis, 'ready').catch(() => undefined);
    const opened = connected.then(
      () => new Producer({ openQueue: open, lease, clock, backlog, log, onAdded }),
    );
    const registry = await startAdmin(config, life, {
      redis: () => checkRedis(redis),
      refill: async () => (await opened).check(),
    });
    const added = new Counter({
      name: 'producer_jobs_added_total',
      help: 'jobs added to the queue',
      registers: [registry],
    });

    const onAdded = (jobs: number) => added.inc(jobs);
    const running = (await opened).run(stopping);
    onStop.defer(() => running);
  },
);
