/**
 * A miner's worker for tests, with real BullMQ and real HTTP.
 * @module
 */
import { Hono } from 'hono';
import type { Redis } from 'ioredis';
import { listen, type App } from '@dockercoins/common/service/listen';
import type { Logger } from '@dockercoins/common/log/log';
import { openQueue } from '@dockercoins/common/queue/queue';
import { queueKey, queueKeys } from '@dockercoins/common/queue/queue-keys';
import { workerRedis, type RedisClient } from '@dockercoins/common/queue/redis';
import { RedisClock } from '@dockercoins/common/queue/redis-clock';
import { Delay } from '@dockercoins/common/delay';
import { LoopCounter } from '../../miner/counter.ts';
import { createDispatcher } from '../../miner/upstream/http.ts';
import { mine } from '../../miner/mine.ts';
import { MinerStats } from '../../miner/stats.ts';
import { Upstream } from '../../miner/upstream/upstream.ts';
import { startWorker, type LoopWorker } from '../../miner/worker.ts';
import { silentLog } from '../../tools/stack/log.ts';
import { until } from '../../tools/stack/until.ts';

interface TestWorkerOptions {
  /** From `connectWorker`. */
  redis: RedisClient;
  rng: App;
  hasher?: App;
  concurrency?: number;
  lockMs?: number;
  /** Shortest time between two updates of `hashes`, in milliseconds. */
  flushMs?: number;
  /** Timeout for requests to rng and hasher, in milliseconds. */
  timeoutMs?: number;
  log?: Logger;
  restAll?: (ms: number) => void;
  /** By default, an unusable worker is an error. */
  onUnusable?: (reason: string) => void;
}

export interface TestWorker extends LoopWorker {
  stats: MinerStats;
  /** Origin of its rng. */
  origin: string;
}

/** Opens a connection for a worker, until `running` is disposed of. */
export function connectWorker(running: AsyncDisposableStack, url: string, log = silentLog) {
  return running.adopt(workerRedis({ REDIS_URL: url }, log), (it) => it.disconnect());
}

/** An rng that responds with these statuses, one per request, and then with bytes. */
export function rngWith(...statuses: (404 | 500 | 503)[]): Hono {
  return new Hono().get('/32', (c) => {
    const status = statuses.shift();
    if (status !== undefined) return c.text('no', status, { 'Retry-After': '0' });
    return c.body(new Uint8Array(32), 200, { 'X-Served-By': 'rng-1' });
  });
}

/** An rng that does not respond until `response` resolves, or the miner gives up. */
export function slowRng(response: Promise<unknown>): Hono {
  return new Hono().get('/32', async (c) => {
    const gone = new Promise((resolve) => c.req.raw.signal.addEventListener('abort', resolve));
    await Promise.race([response, gone]);
    return c.body(new Uint8Array(32));
  });
}

/** Finds a coin in every request. */
const coinHasher = new Hono().post('/', (c) => c.text('0a'.repeat(32)));

/** Starts a worker named miner-1 that mines with these services until `running` is disposed of. */
export async function startTestWorker(
  running: AsyncDisposableStack,
  {
    redis,
    rng,
    hasher = coinHasher,
    concurrency = 1,
    lockMs = 30_000,
    flushMs = 0,
    timeoutMs = 60_000,
    log = silentLog,
    restAll,
    onUnusable = (reason) => {
      throw new Error(reason);
    },
  }: TestWorkerOptions,
): Promise<TestWorker> {
  const dispatcher = running.adopt(createDispatcher(), (agent) => agent.destroy());
  const serve = async (app: App) => {
    const { port } = running.use(await listen(app, '127.0.0.1', 0));
    return `http://127.0.0.1:${port}`;
  };
  const upstream = (url: string) =>
    running.use(new Upstream({ origins: [url], timeoutMs, dispatcher, log }));
  const origin = await serve(rng);
  const mining = {
    rng: upstream(origin),
    hasher: upstream(await serve(hasher)),
    work: new Delay(0),
  };
  const stats = new MinerStats();
  const counter = new LoopCounter({ redis, flushMs, log: silentLog });
  running.defer(() => counter.flush());
  await until('Redis is connected', () => redis.status === 'ready');
  await counter.readReset();
  const queue = running.adopt(openQueue(redis, silentLog), (opened) => opened.close());
  const worker = startWorker({
    redis,
    queue,
    clock: new RedisClock(),
    name: 'miner-1',
    concurrency,
    lockMs,
    mine: (signal) => mine(mining, signal),
    stats,
    counter,
    ...(restAll && { restAll }),
    onUnusable,
    log,
  });
  running.defer(() => worker.stop());
  return { ...worker, stats, origin };
}

/** Expires the lock of a job whose miner has died, as BullMQ would after `lockMs`. */
export async function expireLock(redis: Redis, jobId: string): Promise<void> {
  await redis.del(queueKeys().lock(jobId));
}

/**
 * Lets a worker look for stalled jobs until it has found all. It does so every `lockMs`, but a test does not wait for it: the
 * first check notes the active jobs, a later one returns those without a lock to the queue. It also does so when it starts,
 * and may then find a job that an earlier worker has noted.
 */
export async function findStalledJob(worker: object, redis: Redis): Promise<void> {
  const checker = worker as { moveStalledJobsToWait: () => Promise<void> }; // private
  await until('no active job is without a lock', async () => {
    await redis.del(queueKey('stalled-check')); // which makes the queue's workers take turns
    await checker.moveStalledJobsToWait();
    const { active, lock } = queueKeys();
    const locks = (await redis.lrange(active, 0, -1)).map(lock);
    return locks.length === 0 || (await redis.exists(locks)) === locks.length;
  });
}
