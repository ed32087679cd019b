import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { startAdmin } from '@dockercoins/common/service/admin';
import { keys } from '@dockercoins/common/contract';
import { CpuMeter } from '@dockercoins/common/service/cpu';
import { readEnv } from '@dockercoins/common/service/env';
import { replicaName } from '@dockercoins/common/log/replica-name';
import { runService } from '@dockercoins/common/service/lifecycle';
import { warnOfVariations } from '@dockercoins/common/service/warn-of-variations';
import { openQueues } from '@dockercoins/common/queue/queue';
import { checkRedis, failFastRedis } from '@dockercoins/common/queue/redis';
import { RedisClock } from '@dockercoins/common/queue/redis-clock';
import { configSchema } from './config.ts';
import { LeaderReport } from './leader-report.ts';
import { Lease } from './lease.ts';
import { registerProducerMetrics } from './metrics.ts';
import { Producer } from './producer.ts';
import { variationsOf } from './variations.ts';

/** Longest time until a killed leader is replaced. */
const LEASE_MS = 2000;

await runService(
  'producer',
  () => readEnv(configSchema, process.env),
  async (config, life) => {
    const { log, cleanup, stopping, tracing } = life;
    const redis = cleanup.adopt(failFastRedis(config, log), (it) => it.disconnect());
    const clock = new RedisClock();
    const name = await replicaName(config.INSTANCE, 'producer');
    const holder = `${name} ${randomUUID()}`;
    const lease = new Lease({ redis, key: keys.lease, holder, ttlMs: LEASE_MS, clock });
    const queues = openQueues(redis, config.QUEUES, log);
    for (const queue of queues) cleanup.adopt(queue, (it) => it.close());
    const producer = new Producer({
      queues,
      lease,
      clock,
      backlog: config.PRODUCER_BACKLOG,
      rate: config.PRODUCER_RATE,
      poisonEvery: config.PRODUCER_POISON_EVERY,
      log,
      onAdded: (jobs) => countAdded(jobs),
      tracing,
    });
    const registry = await startAdmin(config, life, {
      redis: () => checkRedis(redis),
      refill: () => Promise.resolve(producer.check()),
    });
    const countAdded = registerProducerMetrics(producer, registry);
    const cpu = new CpuMeter();
    const variations = variationsOf(config);
    warnOfVariations(variations, log);
    const report = () => {
      const { isLeader, target = null } = producer;
      if (!isLeader || (target === null && config.PRODUCER_RATE === 0)) return undefined;
      return { name, target, dropped: producer.dropped, cpu: cpu.share(), variations };
    };
    cleanup.use(new LeaderReport({ redis, report, log }));
    // Without a connection, the first refill would fail, and the next one would come a second later.
    if (redis.status !== 'ready') await once(redis, 'ready').catch(() => undefined);
    const running = producer.run(stopping);
    cleanup.defer(() => running);
  },
);
