import { randomBytes } from 'node:crypto';
import { checkAnyReachable, startAdmin } from '@dockercoins/common/service/admin';
import type { MinerReport } from '@dockercoins/common/reports';
import { CpuMeter } from '@dockercoins/common/service/cpu';
import { readEnv } from '@dockercoins/common/service/env';
import { replicaName } from '@dockercoins/common/log/replica-name';
import { runService } from '@dockercoins/common/service/lifecycle';
import { warnOfVariations } from '@dockercoins/common/service/warn-of-variations';
import { Delay } from '@dockercoins/common/delay';
import { openQueues, type LoopQueue } from '@dockercoins/common/queue/queue';
import { checkRedis, failFastRedis, workerRedis } from '@dockercoins/common/queue/redis';
import { RedisClock } from '@dockercoins/common/queue/redis-clock';
import { configSchema } from './config.ts';
import { LoopCounter } from './counter.ts';
import { createDispatcher } from './upstream/http.ts';
import { Heartbeat } from './heartbeat.ts';
import { mine } from './mine.ts';
import { registerMinerMetrics } from './metrics.ts';
import { MinerStats } from './stats.ts';
import { untilReachable } from './upstream/until-reachable.ts';
import { Upstream } from './upstream/upstream.ts';
import { Watchdog } from './watchdog.ts';
import { startWorker, type LoopWorker } from './worker.ts';

await runService(
  'miner',
  () => readEnv(configSchema, process.env),
  async (config, life) => {
    const { log, cleanup, stopping, fail, ignoreSigterm, tracing } = life;
    const name = await replicaName(config.INSTANCE, 'miner');
    const id = `${name}-${randomBytes(4).toString('hex')}`; // a new one after each restart
    // Jobs wait until Redis is back. Reports, counts and the watchdog do not.
    const jobRedis = cleanup.adopt(workerRedis(config, log), (it) => it.disconnect());
    const redis = cleanup.adopt(failFastRedis(config, log), (it) => it.disconnect());
    const dispatcher = cleanup.adopt(createDispatcher(), (it) => it.destroy());
    const registry = await startAdmin(config, life, {
      redis: () => checkRedis(redis),
      rng: () => checkAnyReachable(config.RNG_URL),
      hasher: () => checkAnyReachable(config.HASHER_URL),
    });

    const variations =
      config.MINER_IGNORE_SIGTERM && config.SHOW_VARIATIONS ? { ignoresSigterm: true } : undefined;
    warnOfVariations(variations, log);
    if (config.MINER_IGNORE_SIGTERM) ignoreSigterm();

    const concurrency = config.MINER_CONCURRENCY * config.QUEUES;
    const stats = new MinerStats();
    const clock = new RedisClock();

    // Registered before the worker, so that it is flushed after the worker's last loop.
    const counter = new LoopCounter({ redis, flushMs: config.MINER_FLUSH_MS, log });
    cleanup.defer(() => counter.flush());

    const upstream = (origins: readonly string[]) =>
      cleanup.use(new Upstream({ origins, timeoutMs: config.MINER_TIMEOUT_MS, dispatcher, log }));
    const rng = upstream(config.RNG_URL);
    const hasher = upstream(config.HASHER_URL);
    const work = new Delay(config.MINER_WORK_MS);
    const cpu = new CpuMeter();
    const workers: (LoopWorker & { queue: LoopQueue })[] = [];
    const report = (): MinerReport => {
      const { loops, errors, coins, active, stages } = stats;
      const now = performance.now();
      return {
        id,
        name,
        uptimeMs: Math.round(now),
        concurrency,
        workMs: config.MINER_WORK_MS,
        lockMs: config.MINER_LOCK_MS,
        flushMs: config.MINER_FLUSH_MS,
        cpu: cpu.share(),
        ...{ loops, errors, coins, active, stages },
        resting: workers.length > 0 && workers.every(({ activity }) => activity.resting),
        upstreams: { rng: rng.figures(now), hasher: hasher.figures(now) },
        variations,
      };
    };
    cleanup.use(new Heartbeat({ redis, id, report, clock, log }));

    await untilReachable([config.RNG_URL, config.HASHER_URL], stopping);
    for (const queue of openQueues(redis, config.QUEUES, log)) {
      cleanup.adopt(queue, (it) => it.close());
      const worker = startWorker({
        redis: jobRedis,
        queue,
        clock,
        name,
        concurrency: config.MINER_CONCURRENCY,
        lockMs: config.MINER_LOCK_MS,
        mine: (signal) => mine({ rng, hasher, work }, signal),
        stats,
        counter,
        restAll: (ms) => workers.forEach(({ rest }) => rest(ms)),
        onUnusable: fail,
        log,
        tracing,
      });
      workers.push({ queue, ...worker });
    }
    cleanup.defer(async () => {
      await Promise.all(workers.map(({ stop }) => stop()));
    });
    // Registered after the workers, so that no watchdog watches a worker that is stopping.
    const limitMs = config.MINER_WATCHDOG_MS;
    for (const { queue, activity } of workers) {
      cleanup.use(new Watchdog({ queue, activity, limitMs, onStuck: fail }));
    }
    registerMinerMetrics({ stats, upstreams: { rng, hasher }, concurrency }, registry);
    log.info(`mining as ${id}, concurrency ${concurrency}`);
  },
);
