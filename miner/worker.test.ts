import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JOB_NAME, keys } from '@dockercoins/common/contract';
import { Gate } from '@dockercoins/common/gate';
import { listen, type App } from '@dockercoins/common/listen';
import { createLogger } from '@dockercoins/common/log';
import { Pace } from '@dockercoins/common/pace';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue';
import { patientRedis } from '@dockercoins/common/redis';
import { createApp as createHasher } from '../hasher/app.ts';
import { createApp as createRng } from '../rng/app.ts';
import { startTestRedis, type TestRedis } from '../test/support/redis.ts';
import { until } from '../test/support/until.ts';
import { LoopCounter } from './counter.ts';
import { mine } from './mine.ts';
import { Tally } from './tally.ts';
import { createDispatcher, Upstream } from './upstream.ts';
import { startWorker } from './worker.ts';

const log = createLogger('test', { INSTANCE: 't', LOG_LEVEL: 'silent', LOG_FORMAT: 'text' });
const LOOPS = 200;
let server: TestRedis;
let redis: Redis;
let queue: LoopQueue;
const tally = new Tally();

beforeAll(async () => {
  server = await startTestRedis();
  redis = patientRedis(server.url, log);
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
  const options = { gate: new Gate(0), delayMs: 0, log };
  const rng = createRng({ ...options, instance: 'rng-1' });
  const hasher = createHasher({ ...options, instance: 'hasher-1' });
  const dispatcher = running.adopt(createDispatcher(), (it) => it.destroy());
  const upstream = async (app: App) => {
    const { port } = running.use(await listen(app, '127.0.0.1', 0));
    return new Upstream([`http://127.0.0.1:${port}`], 5000, dispatcher);
  };
  const mining = { rng: await upstream(rng), hasher: await upstream(hasher), work: new Pace(0) };
  const counter = new LoopCounter({ redis, minerId: 'm', flushMs: 0, log });
  running.defer(() => counter.flush());
  running.adopt(
    startWorker({
      redis,
      name: 'miner-1',
      concurrency: 4,
      lockMs: 30_000,
      mine: (signal) => mine(mining, signal),
      tally,
      counter,
      log,
    }),
    (it) => it.stop(),
  );
  await queue.addBulk(Array.from({ length: LOOPS }, () => ({ name: JOB_NAME, data: {} })));
  await until('all loops are done', async () => (await queue.getCompletedCount()) === LOOPS);
}

describe('a worker that has done its loops', () => {
  test('left the hash in each job, whether it is a coin, and its own name', async () => {
    for (const job of await queue.getCompleted()) {
      const { hash, coin } = job.returnvalue;
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      expect(coin).toBe(hash.startsWith('0'));
      expect(job.processedBy).toBe('miner-1');
    }
  });

  test('kept each coin with the bytes that it was made of', async () => {
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

  test('counted each loop once: in the metrics of BullMQ, in its tally and in hashes', async () => {
    const metrics = await queue.getMetrics('completed');
    expect(metrics.meta.count).toBe(LOOPS);
    expect(tally).toMatchObject({ loops: LOOPS, errors: 0, active: 0 });
    expect(await redis.get(keys.hashes)).toBe(String(LOOPS));
  });

  test('noted the times of its loops and who served them', () => {
    const { stages, replicas } = tally.report(Date.now());
    expect(stages.rngService.sum).toBeGreaterThan(0);
    expect(stages.queueWait.sum).toBeGreaterThan(0);
    expect(replicas).toEqual({
      rng: [{ name: 'rng-1', slots: 0 }],
      hasher: [{ name: 'hasher-1', slots: 0 }],
    });
  });
});
