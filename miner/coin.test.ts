import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { JOB_NAME, keys } from '@dockercoins/common/contract';
import { queueKeys } from '@dockercoins/common/queue-keys';
import { workerRedis } from '@dockercoins/common/redis';
import { silentLog as log } from '../testing/log.ts';
import { startTestQueue } from '../testing/queue.ts';
import { until } from '../testing/until.ts';
import { startTestWorker } from '../testing/worker.ts';
import { storeCoin, LockLostError } from './coin.ts';

const { server, redis, queue } = await startTestQueue();

let running: AsyncDisposableStack;
beforeEach(() => void (running = new AsyncDisposableStack()));
afterEach(() => running.disposeAsync());

const hash = '0b'.repeat(32);
const bytes = Buffer.alloc(32, 7);

/** Adds a job that a miner with this token holds. */
async function heldBy(token: string): Promise<string> {
  const { id = '' } = await queue.add(JOB_NAME, {});
  await redis.set(queueKeys.lock(id), token);
  return id;
}

const coinOf = async (id: string) => (await queue.getJob(id))?.data.coin;

describe('a coin', () => {
  test('goes into the wallet, onto its job, and to the top of the newest coins, in one step', async () => {
    const jobId = await heldBy('mine');
    expect(await storeCoin(redis, { jobId, token: 'mine', hash, bytes, miner: 'm' })).toBe(true);
    expect(await redis.hgetallBuffer(keys.wallet)).toEqual({ [hash]: bytes });
    expect(await coinOf(jobId)).toBe(hash);
    const [newest = ''] = await redis.lrange(keys.coins, 0, -1);
    expect(JSON.parse(newest)).toMatchObject({ hash, miner: 'm' });
  });

  test('is stored once if the script runs twice', async () => {
    const jobId = await heldBy('mine');
    const coin = { jobId, token: 'mine', hash, bytes, miner: 'm' };
    expect(await storeCoin(redis, coin)).toBe(true);
    expect(await storeCoin(redis, coin)).toBe(true);
    expect(await redis.llen(keys.coins)).toBe(1);
  });

  test('is not written if the job already has another coin', async () => {
    const jobId = await heldBy('mine');
    await storeCoin(redis, { jobId, token: 'mine', hash, bytes, miner: 'm' });
    const another = { jobId, token: 'mine', hash: '0c'.repeat(32), bytes, miner: 'm' };
    await expect(storeCoin(redis, another)).rejects.toThrow('already has another coin');
    expect(await redis.hkeys(keys.wallet)).toEqual([hash]);
    expect(await coinOf(jobId)).toBe(hash);
  });

  test('is not written if the miner no longer holds the job', async () => {
    const jobId = await heldBy('another');
    const keeping = storeCoin(redis, { jobId, token: 'mine', hash, bytes, miner: 'm' });
    await expect(keeping).rejects.toThrow(LockLostError);
    expect(await redis.exists(keys.wallet, keys.coins)).toBe(0);
    expect(await coinOf(jobId)).toBeUndefined();
  });

  test('is not written anywhere if Redis is full', async () => {
    const jobId = await heldBy('mine');
    await redis.config('SET', 'maxmemory', '1mb');
    const keeping = storeCoin(redis, { jobId, token: 'mine', hash, bytes, miner: 'm' });
    await expect(keeping).rejects.toThrow('OOM');
    await redis.config('SET', 'maxmemory', '0');
    expect(await redis.exists(keys.wallet, keys.coins)).toBe(0);
    expect(await coinOf(jobId)).toBeUndefined();
  });
});

/** An rng that sends different bytes each time, and a hasher that makes a different coin of each. */
function services() {
  let requests = 0;
  const rng = new Hono().get('/32', (c) => c.body(new Uint8Array(32).fill(++requests)));
  const hasher = new Hono().post('/', async (c) => {
    const [first = 0] = new Uint8Array(await c.req.arrayBuffer());
    return c.text(`0${first}`.padEnd(64, 'a'));
  });
  return { rng, hasher, requests: () => requests };
}

async function startWorker(options: Partial<Parameters<typeof startTestWorker>[1]> = {}) {
  const connection = running.adopt(workerRedis(server.url, log), (it) => it.disconnect());
  const { rng, hasher, requests } = services();
  const worker = await startTestWorker(running, { redis: connection, rng, hasher, ...options });
  return { ...worker, connection, requests };
}

test('a job that already has a coin completes with it instead of mining another', async () => {
  const job = await queue.add(JOB_NAME, { coin: hash });
  const { requests } = await startWorker();
  await until('the job is completed', async () => (await job.getState()) === 'completed');
  expect((await queue.getJob(job.id ?? ''))?.returnvalue).toEqual({ hash, coin: true });
  expect(requests()).toBe(0);
});

test('a miner that dies between the coin and completion leaves exactly one coin for its loop', async () => {
  const job = await queue.add(JOB_NAME, {});
  // The first miner dies: its connection ends right after the coin is stored.
  const first = await startWorker({ lockMs: 1000 });
  const evaluate = first.connection.eval.bind(first.connection);
  first.connection.eval = async (...args: unknown[]) => {
    const kept = await (evaluate as (...all: unknown[]) => Promise<unknown>)(...args);
    first.connection.disconnect();
    await first.worker.close(true);
    return kept;
  };
  await until(
    'the first miner has stored a coin',
    async () => (await redis.hlen(keys.wallet)) === 1,
  );
  const stored = await coinOf(job.id ?? '');

  await startWorker({ lockMs: 1000 });
  await until(
    'another miner completes the job',
    async () => (await job.getState()) === 'completed',
  );
  expect((await queue.getJob(job.id ?? ''))?.returnvalue).toEqual({ hash: stored, coin: true });
  expect(await redis.hkeys(keys.wallet)).toEqual([stored]);
}, 15_000);

test('a miner that loses its lock drops the loop: it neither stores a coin nor hands the job back', async () => {
  const response = Promise.withResolvers<undefined>();
  const rng = new Hono().get('/32', async (c) => {
    await Promise.race([
      response.promise,
      new Promise((gone) => c.req.raw.signal.addEventListener('abort', gone)),
    ]);
    return c.body(new Uint8Array(32));
  });
  const { stats } = await startWorker({ rng, lockMs: 1000 });
  const job = await queue.add(JOB_NAME, {});
  await until('the loop is running', () => stats.active === 1);
  await redis.set(queueKeys.lock(job.id ?? ''), 'another miner');
  await until('the loop is canceled', () => stats.active === 0);
  expect(await job.getState()).toBe('active');
  expect(await redis.get(queueKeys.lock(job.id ?? ''))).toBe('another miner');
  expect(await redis.exists(keys.wallet)).toBe(0);
  expect(stats).toMatchObject({ loops: 0, errors: 0 });
  response.resolve(undefined);
});
