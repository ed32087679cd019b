import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Counter } from 'prom-client';
import { startAdmin } from '@dockercoins/common/admin';
import { keys } from '@dockercoins/common/contract';
import { readEnv } from '@dockercoins/common/env';
import { runService } from '@dockercoins/common/lifecycle';
import { openQueue } from '@dockercoins/common/queue';
import { checkRedis, hastyRedis } from '@dockercoins/common/redis';
import { settings } from './config.ts';
import { Lease } from './lease.ts';
import { produce } from './producer.ts';

/** A leader that was killed is replaced when its lease has run out. */
const LEASE_MS = 2000;

await runService(
  'producer',
  () => readEnv(settings, process.env),
  async (config, life) => {
    const { log, onStop, stopping } = life;
    const redis = onStop.adopt(hastyRedis(config.REDIS_URL, log), (it) => it.disconnect());
    const tried = once(redis, 'ready').catch(() => undefined);
    const registry = await startAdmin(config, life, { redis: () => checkRedis(redis) });
    const added = new Counter({
      name: 'producer_jobs_added_total',
      help: 'jobs added to the queue',
      registers: [registry],
    });

    const queue = onStop.adopt(openQueue(redis, log), (it) => it.close());
    const lease = new Lease(redis, keys.lease, `${config.INSTANCE} ${randomUUID()}`, LEASE_MS);
    await tried; // a look at the queue without a connection fails, and the next one comes 100 ms later
    const producing = produce(
      { queue, lease, backlog: config.PRODUCER_BACKLOG, log, onAdded: (jobs) => added.inc(jobs) },
      stopping,
    );
    onStop.defer(async () => {
      await producing;
      await lease
        .release()
        .catch((err: unknown) => log.debug({ err }, 'the lease runs out by itself'));
    });
  },
);
