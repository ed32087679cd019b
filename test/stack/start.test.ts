/**
 * `npm start` runs the whole stack. How fast that is, `test/speed/lab.test.ts` measures.
 * @module
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COUNTERS, type Counters } from '../../tools/stack/counters.ts';
import { openTerminal } from '../support/closing-terminal.ts';
import { expectExactWallet } from '../support/exact-wallet.ts';
import { isRunning } from '../../tools/stack/is-running.ts';
import { countServed } from '../support/served.ts';
import { takeRedis } from '../support/shared-redis.ts';
import { startStackProcess, type RunningStack } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

/** Of the first two stacks. */
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dockercoins-stack-'));
});
afterAll(() => rm(dir, { recursive: true }));

interface Point {
  at: number;
}

async function historyOf({ dashboard }: RunningStack): Promise<Point[]> {
  return (await (await fetch(`${dashboard}/api/history`)).json()) as Point[];
}

/** What the first stack has shown. */
let before: Point[];
let loopsBefore: number;

test('npm start runs one of each service, mines, and leaves nothing running', async () => {
  await using stack = await startStackProcess({ dir });
  expect(new URL(stack.dashboard).hostname).toBe('localhost');
  await until('the dashboard shows one of each, loops, and a full queue', async () => {
    const frame = await stack.frame();
    return (
      frame?.miners === 1 &&
      frame.rng === 1 &&
      frame.hasher === 1 &&
      frame.loops > 5 &&
      (frame.speed ?? 0) > 0 &&
      frame.queue.waiting > 50
    );
  });
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
  before = await until('there is some history', async () => {
    const points = await historyOf(stack);
    return points.length > 1 && points;
  });
  loopsBefore = (await stack.frame())?.loops ?? NaN;
  expect(await stack.stop('SIGINT')).toBe(0);
  expect([...pids.values()].filter(isRunning)).toEqual([]);
});

test('npm start stops gracefully when its terminal is closed', async () => {
  const env = { LOCAL_DIR: dir, PAGE_DIR: process.env['BUILT_PAGE'] };
  const ports = ['dashboard', 'rng', 'hasher'].map((name) => `--port ${name}=0`).join(' ');
  await using terminal = await openTerminal(`start ${ports}`, env);
  await terminal.untilPrinted(/Press Ctrl-C/);
  expect(await terminal.close(), terminal.screen()).toBe(0);
});

describe('the next npm start', () => {
  const running = new AsyncDisposableStack();
  let stack: RunningStack;
  beforeAll(async () => {
    const env = { RNG_DELAY_MS: '20', HASHER_DELAY_MS: '20', MINER_WORK_MS: '20' };
    stack = running.use(await startStackProcess({ dir, env }));
  });
  afterAll(() => running.disposeAsync());

  test('keeps the counters and the history', async () => {
    const points = await until('the history continues', async () => {
      const all = await historyOf(stack);
      return all.length > before.length && all;
    });
    expect(points.slice(0, before.length)).toEqual(before);
    const frame = await until('the dashboard has a frame', stack.frame);
    expect(frame.loops).toBeGreaterThanOrEqual(loopsBefore);
  });

  test.each(['miner-1', 'rng-1', 'redis'])('restarts %s, and continues to mine', async (victim) => {
    const pid = await stack.pidOf(victim);
    process.kill(pid, 'SIGKILL');
    await until(`${victim} is running again`, async () => {
      const newPid = (await stack.pids()).get(victim);
      return newPid !== undefined && newPid !== pid;
    });
    expect(stack.lines.filter((line) => line.includes('restarting in'))).toContainEqual(
      expect.stringMatching(`^${victim} +\\| .*killed by SIGKILL; restarting in 0.5 s$`),
    );
    const { loops } = await until('the dashboard has a frame', stack.frame);
    await until('the stack mines', async () => ((await stack.frame())?.loops ?? 0) > loops + 5);
  });
});

test('three miners use three rngs; after the stop, completed jobs, `hashes`, and the wallet agree', async () => {
  await using redis = await takeRedis();
  await using stack = await startStackProcess({
    args: ['--scale', 'miner=3', '--scale', 'rng=3'],
    // At most 43 loops/s, so that all completed jobs are still kept when it stops.
    env: { REDIS_URL: redis.url, RNG_DELAY_MS: '10', HASHER_DELAY_MS: '10', MINER_WORK_MS: '50' },
  });
  expect(stack.rng).toHaveLength(3);
  await until('each rng has served 50 requests, and some coins are found', async () => {
    const frame = await stack.frame();
    const served = [...countServed(stack.lines).values()];
    return (
      frame?.rng === 3 &&
      frame.coins > 5 &&
      served.length === 3 &&
      served.every((requests) => requests > 50)
    );
  });
  expect(await stack.stop('SIGTERM')).toBe(0);

  using undo = new DisposableStack();
  const client = undo.adopt(new Redis(redis.url), (opened) => opened.disconnect());
  const counters = JSON.parse((await client.eval(COUNTERS, 0)) as string) as Counters;
  expect(counters.completed).toBeGreaterThan(150);
  expect(counters.completed).toBeLessThan(1000);
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
});
