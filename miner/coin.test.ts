import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { JOB_NAME, keys } from '@dockercoins/common/contract';
import { queueKeys } from '@dockercoins/common/queue/queue-keys';
import { startTestQueue } from '../test/support/queue.ts';
import { until } from '../tools/stack/until.ts';
import {
  connectWorker,
  expireLock,
  findStalledJob,
  slowRng,
  startTestWorker,
} from '../test/support/worker.ts';
import { claimCoin, claimedCoin, LockLostError, storeCoin } from './coin.ts';

const { server, redis, queue } = await startTestQueue();

let running: AsyncDisposableStack;
beforeEach(() => void (running = new AsyncDisposableStack()));
afterEach(() => running.disposeAsync());

const hash = '0b'.repeat(32);
const bytes = Buffer.alloc(32, 7);
const coin = { hash, bytes };

/** Adds a job that a miner with this token holds. Returns the run of the miner whose token is `mine`. */
async function heldBy(token: string) {
  const { id = '' } = await queue.add(JOB_NAME, {});
  await redis.set(queueKeys().lock(id), token);
  return { queue: queue.name, jobId: id, token: 'mine', miner: 'm' };
}

const dataOf = async (id: string) => (await queue.getJob(id))?.data;

describe('claiming a coin', () => {
  test('writes it onto the job, where the next run finds it', async () => {
    const run = await heldBy('mine');
    await claimCoin(redis, run, coin);
    expect(claimedCoin((await dataOf(run.jobId)) ?? null)).toEqual(coin);
    expect(await redis.exists(keys.wallet, keys.coins)).toBe(0);
  });

  test('twice changes nothing', async () => {
    const run = await heldBy('mine');
    await claimCoin(redis, run, coin);
    const before = await dataOf(run.jobId);
    await claimCoin(redis, run, coin);
    expect(await dataOf(run.jobId)).toEqual(before);
  });

  test('is refused if the job already has another coin', async () => {
    const run = await heldBy('mine');
    await claimCoin(redis, run, coin);
    const claiming = claimCoin(redis, run, { hash: '0c'.repeat(32), bytes });
    await expect(claiming).rejects.toThrow('already has another coin');
    expect(await dataOf(run.jobId)).toMatchObject({ coin: hash });
  });

  test('is refused if the miner no longer holds the job', async () => {
    const run = await heldBy('another');
    await expect(claimCoin(redis, run, coin)).rejects.toThrow(LockLostError);
    expect(await dataOf(run.jobId)).toEqual({});
  });

  test('writes nothing if Redis is full', async () => {
    const run = await heldBy('mine');
    await redis.config('SET', 'maxmemory', '1');
    await expect(claimCoin(redis, run, coin)).rejects.toThrow('OOM');
    await redis.config('SET', 'maxmemory', '0');
    expect(await dataOf(run.jobId)).toEqual({});
  });

  test.each([null, {}, { coin: hash }, { bytes: '07' }])('is not found in %j', (data) => {
    expect(claimedCoin(data)).toBeUndefined();
  });
});

describe('storing a coin', () => {
  const run = { queue: 'loops', jobId: '7', token: 'mine', miner: 'm' };

  test('puts it into the wallet and, with its job, at the top of the newest coins', async () => {
    expect(await storeCoin(redis, run, coin)).toBe(true);
    expect(await redis.hgetallBuffer(keys.wallet)).toEqual({ [hash]: bytes });
    const [newest = ''] = await redis.lrange(keys.coins, 0, -1);
    expect(JSON.parse(newest)).toMatchObject({
      hash,
      miner: 'm',
      job: { queue: 'loops', id: '7' },
    });
  });

  test('again changes nothing, and says so', async () => {
    await storeCoin(redis, run, coin);
    expect(await storeCoin(redis, { ...run, miner: 'another' }, coin)).toBe(false);
    expect(await redis.hgetallBuffer(keys.wallet)).toEqual({ [hash]: bytes });
    expect(await redis.llen(keys.coins)).toBe(1);
  });

  test('keeps the twenty newest', async () => {
    for (let n = 10; n < 35; n++) {
      await storeCoin(redis, run, { hash: `0${n}`.padEnd(64, '0'), bytes });
    }
    const newest = await redis.lrange(keys.coins, 0, -1);
    expect(newest).toHaveLength(20);
    expect(newest[0]).toContain('034');
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
  const connection = connectWorker(running, server.url);
  const { rng, hasher, requests } = services();
  const worker = await startTestWorker(running, { redis: connection, rng, hasher, ...options });
  return { ...worker, connection, requests };
}

test('a job that already has a coin stores it and completes with it instead of mining another', async () => {
  const job = await queue.add(JOB_NAME, { coin: hash, bytes: bytes.toString('hex') });
  const { requests } = await startWorker();
  await until('the job is completed', async () => (await job.getState()) === 'completed');
  expect((await queue.getJob(job.id ?? ''))?.returnvalue).toEqual({ hash, coin: true });
  expect(await redis.hgetallBuffer(keys.wallet)).toEqual({ [hash]: bytes });
  expect(requests()).toBe(0);
});

test.each([
  ['the claim', 'eval', (id: string) => queueKeys().job(id)],
  ['the wallet', 'hset', () => keys.wallet],
] as const)(
  'a miner that dies right after %s leaves exactly one coin for its loop',
  async (_step, command, keyOf) => {
    const job = await queue.add(JOB_NAME, {});
    const key = keyOf(job.id ?? '');
    const first = await startWorker();
    const died = Promise.withResolvers<undefined>();
    const send = first.connection[command].bind(first.connection) as (
      ...args: unknown[]
    ) => unknown;
    const dying = async (...args: unknown[]) => {
      const reply = await send(...args);
      if (!args.includes(key)) return reply;
      first.connection.disconnect();
      await first.worker.close(true);
      died.resolve(undefined);
      throw new Error('died');
    };
    Object.assign(first.connection, { [command]: dying });
    await died.promise;
    const claimed = (await dataOf(job.id ?? ''))?.coin;

    await expireLock(redis, job.id ?? '');
    const { worker } = await startWorker();
    await findStalledJob(worker, redis);
    await until(
      'another miner completes the job',
      async () => (await job.getState()) === 'completed',
    );
    expect((await queue.getJob(job.id ?? ''))?.returnvalue).toEqual({ hash: claimed, coin: true });
    expect(await redis.hkeys(keys.wallet)).toEqual([claimed]);
  },
);

test('a miner that loses its lock drops the loop: it neither stores a coin nor hands the job back', async () => {
  const response = Promise.withResolvers<undefined>();
  const { stats, worker } = await startWorker({ rng: slowRng(response.promise) });
  const errors: string[] = [];
  worker.on('error', ({ message }) => errors.push(message));
  const job = await queue.add(JOB_NAME, {});
  await until('the loop is running', () => stats.active === 1);
  await redis.set(queueKeys().lock(job.id ?? ''), 'another miner');
  await worker['lockManager']['extendLocks']([job.id ?? '']); // what it does every few seconds
  await until('the loop is canceled', () => stats.active === 0);
  expect(await job.getState()).toBe('active');
  expect(await redis.get(queueKeys().lock(job.id ?? ''))).toBe('another miner');
  expect(await redis.exists(keys.wallet)).toBe(0);
  expect(stats).toMatchObject({ loops: 0, errors: 0 });

  response.resolve(undefined);
  const next = await queue.add(JOB_NAME, {});
  await until('the next job is completed', async () => (await next.getState()) === 'completed');
  expect(errors).toEqual([`could not renew lock for job ${job.id}`]);
});
