import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JOB_NAME, keys, STAGES } from '@dockercoins/common/contract';
import { Gate } from '@dockercoins/common/http-service/gate';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue/queue';
import { workerRedis, type RedisClient } from '@dockercoins/common/queue/redis';
import { createApp as createHasher } from '../hasher/app.ts';
import { createApp as createRng } from '../rng/app.ts';
import { silentLog as log } from '../tools/stack/log.ts';
import { takeRedis, type SharedRedis } from '../test/support/shared-redis.ts';
import { until } from '../tools/stack/until.ts';
import { startTestWorker } from '../test/support/worker.ts';
import { MinerStats } from './stats.ts';

const LOOPS = 200;

/** As long as Kubernetes' names of pods. */
const RNG = 'rng-7d9f8c6b5d-x2x4z';
const HASHER = 'hasher-7d9f8c6b5d-x2x4z';

/** The times of a loop with the default settings and ten miners, in milliseconds. */
const TEN_MINERS = [10_034, 100.2, 723.3, 100.1, 12.3, 100.4];

let server: SharedRedis;
let redis: RedisClient;
let queue: LoopQueue;
let stats: MinerStats;

beforeAll(async () => {
  server = await takeRedis();
  redis = workerRedis({ REDIS_URL: server.url }, log);
  queue = openQueue(redis, log);
  await mineLoops();
});
afterAll(async () => {
  await queue.close();
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

/** Lets a worker with a real rng and a real hasher do all loops. */
async function mineLoops(): Promise<void> {
  await using running = new AsyncDisposableStack();
  const options = { gate: new Gate(0), host: 'box', delayMs: 0, log };
  ({ stats } = await startTestWorker(running, {
    redis,
    rng: createRng({ ...options, instance: RNG }),
    hasher: createHasher({ ...options, instance: HASHER }),
    concurrency: 4,
  }));
  await queue.addBulk(Array.from({ length: LOOPS }, () => ({ name: JOB_NAME, data: {} })));
  await until('all loops are done', async () => (await queue.getCompletedCount()) === LOOPS);
}

describe('a worker', () => {
  test('stores in each job the hash, whether it is a coin, and its own name', async () => {
    for (const job of await queue.getCompleted()) {
      const { hash, coin } = job.returnvalue;
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      expect(coin).toBe(hash.startsWith('0'));
      expect(job.processedBy).toBe('miner-1');
    }
  });

  test('stores in each job where its time went, in at most 120 bytes', async () => {
    for (const job of await queue.getCompleted()) {
      const { hash, coin, stageMs, ...replicas } = job.returnvalue;
      expect(replicas).toEqual({ rng: RNG, hasher: HASHER });
      expect(stageMs).toHaveLength(STAGES.length);
      for (const ms of stageMs ?? []) expect(String(ms)).toMatch(/^\d+(\.\d)?$/);
      const usual = JSON.stringify({ ...job.returnvalue, stageMs: TEN_MINERS });
      expect(usual.length - JSON.stringify({ hash, coin }).length).toBeLessThanOrEqual(120);
    }
  });

  test('stores each coin with the bytes that it is the hash of', async () => {
    const coins = (await queue.getCompleted()).flatMap(({ returnvalue: found }) =>
      found.coin ? [found.hash] : [],
    );
    const wallet = await redis.hgetallBuffer(keys.wallet);
    expect(coins.length).toBeGreaterThan(0);
    expect(Object.keys(wallet).sort()).toEqual(coins.sort());
    for (const [coin, bytes] of Object.entries(wallet)) {
      expect(bytes).toHaveLength(32);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(coin);
    }
  });

  test("counts each loop once: in BullMQ's metrics, in its stats and in hashes", async () => {
    const metrics = await queue.getMetrics('completed');
    expect(metrics.meta.count).toBe(LOOPS);
    expect(stats).toMatchObject({ loops: LOOPS, errors: 0, active: 0 });
    expect(await redis.get(keys.hashes)).toBe(String(LOOPS));
  });

  test('records the times of its loops', () => {
    expect(stats.stages.rngService.sum).toBeGreaterThan(0);
    expect(stats.stages.queueWait.sum).toBeGreaterThan(0);
  });
});
