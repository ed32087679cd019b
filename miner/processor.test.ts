import type { Job } from 'bullmq';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { JOB_NAME, keys } from '@dockercoins/common/contract';
import type { App } from '@dockercoins/common/service/listen';
import { recordingLog } from '../tools/stack/log.ts';
import { startTestQueue } from '../test/support/queue.ts';
import { holdTimers } from '../test/support/simulated-time.ts';
import { until } from '../tools/stack/until.ts';
import { connectWorker, rngWith, startTestWorker } from '../test/support/worker.ts';

const { server, redis, queue } = await startTestQueue();

/** No other timer has this length. */
const TIMEOUT_MS = 123_456;

let running: AsyncDisposableStack;
beforeEach(() => void (running = new AsyncDisposableStack()));
afterEach(() => running.disposeAsync());

/** Starts a worker that runs until the test ends. */
async function start(rng: App) {
  const { log, lines } = recordingLog();
  const connection = connectWorker(running, server.url);
  const options = { redis: connection, rng, log, timeoutMs: TIMEOUT_MS };
  const { origin, stats } = await startTestWorker(running, options);
  return { origin, stats, lines };
}

const untilState = (job: Job, state: string) =>
  until(`the job is ${state}`, async () => (await job.getState()) === state);

describe('a job that would fail again', () => {
  test('fails at its first attempt, with a reason that names the request', async () => {
    const { origin, stats, lines } = await start(rngWith(404));
    const job = await queue.add(JOB_NAME, {});
    await untilState(job, 'failed');
    const reason = `GET ${origin}/32: expected status 200, got 404`;
    const failed = await queue.getJob(job.id ?? '');
    expect(failed).toMatchObject({ attemptsMade: 1, failedReason: reason });
    await until('it is logged', () => lines.length > 0);
    expect(lines).toEqual([`warning: loop failed for good: ${reason}\n`]);
    expect(stats).toMatchObject({ loops: 0, errors: 1, active: 0 });
  });

  test('fails at its first attempt if its name is unknown', async () => {
    const { lines } = await start(rngWith());
    const job = await queue.add('lunch', {});
    await untilState(job, 'failed');
    await until('it is logged', () => lines.length > 0);
    expect(lines[0]).toMatch(/loop failed for good: expected a job named "loop", got "lunch"\n$/);
  });
});

describe('a job that may succeed on a retry', () => {
  test('is delayed for another attempt', async () => {
    const { origin, stats, lines } = await start(rngWith(500));
    const job = await queue.add(JOB_NAME, {}, { backoff: 60_000 });
    await untilState(job, 'delayed');
    await until('it is logged', () => lines.length > 0);
    expect(lines).toEqual([
      `warning: loop failed (attempt 1): GET ${origin}/32: expected status 200, got 500\n`,
    ]);
    expect(stats.errors).toBe(1);
  });

  test('completes at its second attempt', async () => {
    const { stats } = await start(rngWith(500));
    const job = await queue.add(JOB_NAME, {});
    await untilState(job, 'completed');
    expect((await queue.getJob(job.id ?? ''))?.attemptsMade).toBe(2);
    await until('the loop is counted', () => stats.loops === 1);
  });

  test('fails for good after its last attempt', async () => {
    const { lines } = await start(rngWith(500, 500));
    const job = await queue.add(JOB_NAME, {}, { attempts: 2, backoff: 0 });
    await untilState(job, 'failed');
    await until('it is logged', () => lines.length > 1);
    expect(lines[1]).toMatch(/^warning: loop failed for good: .* got 500/);
  });
});

describe('a coin', () => {
  test('is logged and counted', async () => {
    const { stats, lines } = await start(rngWith());
    await untilState(await queue.add(JOB_NAME, {}), 'completed');
    expect(lines).toEqual(['Coin found: 0a0a0a0a...\n']);
    expect(stats.coins).toBe(1);
  });

  test('that the wallet already has is logged as such and counted once', async () => {
    const { stats, lines } = await start(rngWith());
    for (let n = 0; n < 2; n++) await untilState(await queue.add(JOB_NAME, {}), 'completed');
    expect(lines.at(-1)).toBe('We already had that coin\n');
    expect(stats.coins).toBe(1);
    expect(await redis.hlen(keys.wallet)).toBe(1);
  });

  test('is the first of the newest coins, with its miner and its job', async () => {
    await start(rngWith());
    const { id } = await queue.add(JOB_NAME, {});
    await until('it is stored', async () => (await redis.llen(keys.coins)) === 1);
    const [newest] = await redis.lrange(keys.coins, 0, -1);
    const coin = { hash: '0a'.repeat(32), miner: 'miner-1', job: { queue: 'loops', id } };
    expect(JSON.parse(newest ?? '')).toMatchObject(coin);
  });
});

describe('a busy rng', () => {
  test('that responds with 503 gets another request later, and no attempt is used up', async () => {
    let refused = 0;
    const rng = new Hono().get('/32', (c) =>
      refused++ === 0 ? c.text('full', 503, { 'Retry-After': '1' }) : c.body(new Uint8Array(32)),
    );
    const { stats } = await start(rng);
    const job = await queue.add(JOB_NAME, {}, { attempts: 1 });
    await until('it is completed', async () => (await job.getState()) === 'completed');
    expect(refused).toBe(2);
    expect((await queue.getJob(job.id ?? ''))?.attemptsMade).toBe(1);
    expect(stats.errors).toBe(0);
  });

  test('that sends a Retry-After of 0 gets another request without a pause', async () => {
    let refused = 0;
    const rng = new Hono().get('/32', (c) =>
      refused++ < 3 ? c.text('full', 503, { 'Retry-After': '0' }) : c.body(new Uint8Array(32)),
    );
    const { lines } = await start(rng);
    const job = await queue.add(JOB_NAME, {}, { attempts: 1 });
    await untilState(job, 'completed');
    expect((await queue.getJob(job.id ?? ''))?.attemptsMade).toBe(1);
    await until('the recovery is logged', () => lines.length > 2);
    const what = 'rng or hasher is overloaded or does not respond';
    expect(lines[0]).toMatch(new RegExp(`^warning: ${what}: GET .* got 503\n$`));
    expect(lines.slice(1)).toContain(`recovered: ${what}\n`);
  });

  test('that does not respond in time gets another request later, and no attempt is used up', async () => {
    const timeouts = holdTimers(TIMEOUT_MS);
    let requests = 0;
    const rng = new Hono().get('/32', async (c) => {
      const gone = new Promise((resolve) => c.req.raw.signal.addEventListener('abort', resolve));
      if (requests++ === 0) await gone;
      return c.body(new Uint8Array(32));
    });
    await start(rng);
    const job = await queue.add(JOB_NAME, {}, { attempts: 1 });
    await until('rng has the request', () => requests === 1);
    timeouts[0]?.();
    await until('it is completed', async () => (await job.getState()) === 'completed');
    expect(requests).toBe(2);
  });
});
