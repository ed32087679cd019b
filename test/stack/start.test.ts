/**
 * `npm start` runs the whole stack.
 * @module
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { COUNTERS, type Counters } from '../../testing/counters.ts';
import { expectExactWallet } from '../../testing/exact-wallet.ts';
import { startTestRedis } from '../../testing/redis-server.ts';
import { countServed } from '../../testing/served.ts';
import { startStackProcess } from '../../testing/stack.ts';
import { until } from '../../testing/until.ts';

/** Three delays of 100 ms allow 3.33 loops/s; after a late loop, the next few seem a little faster. */
const ONE_MINER_LIMIT = 3.5;

test('npm start mines at a steady speed, and leaves nothing running', async () => {
  await using stack = await startStackProcess();
  expect(new URL(stack.dashboard).hostname).toBe('localhost');
  const frame = await until(
    '20 loops are done',
    async () => {
      const latest = await stack.frame();
      return latest && latest.loops > 20 && latest;
    },
    30_000,
  );
  expect(frame).toMatchObject({ miners: 1, rng: 1, hasher: 1 });
  expect(frame.speed).toBeGreaterThan(2);
  expect(frame.speed).toBeLessThan(ONE_MINER_LIMIT);
  expect(frame.queue.waiting).toBeGreaterThan(50);

  const json = (await (await fetch(`${stack.dashboard}/json`)).json()) as Record<string, unknown>;
  expect(json).toEqual({
    coins: expect.any(Number) as number,
    hashes: expect.stringMatching(/^\d+$/) as string,
    now: expect.any(Number) as number,
  });

  const pids = await stack.pids();
  expect([...pids.keys()].sort()).toEqual([
    'dashboard-1',
    'hasher-1',
    'miner-1',
    'producer-1',
    'redis',
    'rng-1',
  ]);
  expect(await stack.stop('SIGINT')).toBe(0);
  for (const pid of pids.values()) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('npm start spreads the requests of six miners over three rngs', async () => {
  await using stack = await startStackProcess({
    args: ['--scale', 'miner=6', '--scale', 'rng=3'],
  });
  expect(stack.rng).toHaveLength(3);
  const served = () => [...countServed(stack.lines).values()];
  await until(
    '150 requests are served',
    () => served().reduce((sum, requests) => sum + requests, 0) > 150,
    40_000,
  );
  expect(Math.min(...served()) / Math.max(...served())).toBeGreaterThan(0.8);
  expect((await stack.frame())?.rng).toBe(3);
});

test('npm start counts exactly: after a stop, completed jobs, `hashes`, and the wallet agree', async () => {
  await using redis = await startTestRedis();
  // At most 100 loops/s, so that all completed jobs are still kept when it stops.
  await using stack = await startStackProcess({
    args: ['--scale', 'miner=3'],
    env: { REDIS_URL: redis.url, RNG_DELAY_MS: '10', HASHER_DELAY_MS: '5', MINER_WORK_MS: '0' },
  });
  await until('500 loops are done', async () => ((await stack.frame())?.loops ?? 0) > 500, 30_000);
  expect(await stack.stop('SIGTERM')).toBe(0);

  const client = new Redis(redis.url);
  const counters = JSON.parse((await client.eval(COUNTERS, 0)) as string) as Counters;
  expect(counters.completed).toBeGreaterThan(500);
  expect(counters.hashes).toBe(counters.completed);
  expect(counters.added).toBe(counters.completed + counters.failed + counters.unfinished);
  expect(counters.active).toBe(0);
  expectExactWallet(counters);
  expect(counters.wallet).toBeGreaterThan(5);
  for (const [coin, bytes] of Object.entries(await client.hgetallBuffer('wallet'))) {
    expect(coin).toMatch(/^0[0-9a-f]{63}$/);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(coin);
  }
  expect(await client.exists('{dockercoins}:lease', '{dockercoins}:miners')).toBe(0);
  client.disconnect();
});

test('npm start restarts a killed service or Redis, and continues to mine', async () => {
  await using stack = await startStackProcess();
  for (const victim of ['miner-1', 'rng-1', 'redis']) {
    const pid = (await stack.pids()).get(victim) ?? NaN;
    process.kill(pid, 'SIGKILL');
    await until(`${victim} is running again`, async () => {
      const newPid = (await stack.pids()).get(victim);
      return newPid !== undefined && newPid !== pid;
    });
    const { loops } = await until('the dashboard has a frame', stack.frame);
    await until(
      `the stack mines after ${victim} was killed`,
      async () => ((await stack.frame())?.loops ?? 0) > loops + 3,
      20_000,
    );
  }
  expect(stack.lines.join('\n')).toContain('rng-1       | killed by SIGKILL; restarting in 0.5 s');
});

test('npm start keeps its counters and history across a restart', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'dockercoins-stack-'));
  const history = async (dashboard: string) =>
    (await (await fetch(`${dashboard}/api/history`)).json()) as { at: number }[];
  const first = await startStackProcess({ dir });
  await until('there is some history', async () => (await history(first.dashboard)).length > 3);
  const loops = (await first.frame())?.loops ?? 0;
  const before = await history(first.dashboard);
  await first.stop('SIGINT');

  const second = await startStackProcess({ dir });
  const points = await until('the history continues', async () => {
    const all = await history(second.dashboard);
    return all.length > before.length && all;
  });
  expect(points.slice(0, before.length)).toEqual(before);
  const frame = await until('the dashboard has a frame', second.frame);
  expect(frame.loops).toBeGreaterThanOrEqual(loops);
  await second.stop('SIGINT');
  await rm(dir, { recursive: true });
});
