import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../../test/support/free-port.ts';
import { silentLog as log } from '../../tools/stack/log.ts';
import { takeRedis, type SharedRedis } from '../../test/support/shared-redis.ts';
import { startSilentProxy, type SilentProxy } from '../../test/support/silent-proxy.ts';
import { until } from '../../tools/stack/until.ts';
import { JOB_NAME, QUEUE_NAME } from '../contract.ts';
import { openQueue, type LoopQueue } from './queue.ts';
import { failFastRedis, workerRedis, type RedisClient } from './redis.ts';

let running: AsyncDisposableStack;
let server: SharedRedis;
/** Between the connection under test and Redis. */
let proxy: SilentProxy;
/** Has a connection that is never interrupted. */
let queue: LoopQueue;
beforeEach(async () => {
  running = new AsyncDisposableStack();
  server = running.use(await takeRedis());
  proxy = await startSilentProxy(server.port, await freePort());
  running.defer(() => proxy[Symbol.asyncDispose]());
  const direct = running.adopt(new Redis(server.url), (it) => it.disconnect());
  queue = running.adopt(openQueue(direct, log), (it) => it.close());
});
afterEach(() => running.disposeAsync());

async function connect(kind: typeof workerRedis): Promise<RedisClient> {
  const redis = running.adopt(kind({ REDIS_URL: `redis://127.0.0.1:${proxy.port}` }, log), (it) =>
    it.disconnect(),
  );
  await until('Redis is connected', () => redis.status === 'ready');
  return redis;
}

async function beginOutage(redis: RedisClient): Promise<void> {
  await proxy[Symbol.asyncDispose]();
  await until('Redis is unreachable', () => redis.status === 'reconnecting');
}

async function endOutage(redis: RedisClient): Promise<void> {
  proxy = await startSilentProxy(server.port, proxy.port);
  await until('Redis is reachable again', () => redis.status === 'ready');
}

describe('a job that is added while Redis is unreachable', () => {
  test('is rejected at once on a fail-fast connection', async () => {
    const redis = await connect(failFastRedis);
    const producer = running.adopt(openQueue(redis, log), (it) => it.close());
    await producer.waitUntilReady();
    await beginOutage(redis);
    await expect(producer.add(JOB_NAME, {})).rejects.toThrow("Stream isn't writeable");
    await endOutage(redis);
    expect(await queue.getWaitingCount()).toBe(0);
  });

  test('keeps its caller waiting on a worker connection', async () => {
    const redis = await connect(workerRedis);
    const producer = running.adopt(openQueue(redis, log), (it) => it.close());
    await producer.waitUntilReady();
    await beginOutage(redis);
    let isAdded = false;
    const added = producer.add(JOB_NAME, {}).then(() => (isAdded = true));
    await nextTurn();
    expect(isAdded).toBe(false);
    await endOutage(redis);
    await added;
    expect(await queue.getWaitingCount()).toBe(1);
  });
});

describe('a job that ends while Redis is unreachable', () => {
  /** Starts a worker, and ends its job during an outage. */
  async function endJobDuringOutage(
    redis: RedisClient,
    onError?: (err: Error, worker: Worker) => void,
  ) {
    const result = Promise.withResolvers<object>();
    let hasJob = false;
    const run = () => {
      hasJob = true;
      return result.promise;
    };
    const worker = new Worker(QUEUE_NAME, run, { connection: redis });
    running.adopt(worker, (it) => it.close());
    worker.on('error', (err) => onError?.(err, worker));
    const job = await queue.add(JOB_NAME, {});
    // In Redis, it is active before the worker has it: the outage would lose the reply that brings it.
    await until('the worker has the job', () => hasJob);
    await beginOutage(redis);
    result.resolve({});
    await nextTurn();
    return job;
  }

  test('is completed after the outage on a worker connection', async () => {
    const redis = await connect(workerRedis);
    const job = await endJobDuringOutage(redis);
    await endOutage(redis);
    await until('the job is completed', async () => (await job.getState()) === 'completed');
  });

  test('loses its result on a fail-fast connection, and the worker blocks the event loop', async () => {
    const redis = await connect(failFastRedis);
    let errors = 0;
    let errorsInOneTurn = 0;
    const job = await endJobDuringOutage(redis, (err, worker) => {
      // The connections also report, at any time, that they cannot be restored.
      if (!err.message.startsWith("Stream isn't writeable")) return;
      errors++;
      if (errors === 1) setImmediate(() => (errorsInOneTurn = errors));
      if (errors === 1000) void worker.close(true); // otherwise this test would never end
    });
    await endOutage(redis);
    expect(errorsInOneTurn).toBeGreaterThanOrEqual(1000);
    expect(await job.getState()).toBe('active');
  });
});

test('BullMQ rejects a worker connection with a retry limit, unless the limit is 0', () => {
  const connect = (maxRetriesPerRequest: number) =>
    running.adopt(new Redis(server.url, { lazyConnect: true, maxRetriesPerRequest }), (it) =>
      it.disconnect(),
    );
  expect(() => new Worker(QUEUE_NAME, null, { connection: connect(1) })).toThrow(
    'maxRetriesPerRequest must be null',
  );
  running.adopt(new Worker(QUEUE_NAME, null, { connection: connect(0) }), (it) => it.close());
});
