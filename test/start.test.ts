import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { countServed } from '../lab/served.ts';
import { startTestRedis } from './support/redis.ts';
import { startStackProcess } from './support/stack.ts';
import { until } from './support/until.ts';

/** Three delays of 100 ms a loop allow 3.33; a loop that came late makes the few after it look a little faster. */
const ONE_MINER_LIMIT = 3.5;

describe('npm start', () => {
  test('mines, shows a steady speed, and leaves nothing running', async () => {
    await using stack = await startStackProcess();
    const frame = await until(
      'a speed',
      async () => {
        const now = await stack.frame();
        return now && now.loops > 20 && now;
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

  test('spreads the requests of ten miners over three rngs', async () => {
    await using stack = await startStackProcess({
      args: ['--scale', 'miner=10', '--scale', 'rng=3'],
    });
    expect(stack.rng).toHaveLength(3);
    const served = () => [...countServed(stack.lines).values()];
    await until('300 requests', () => served().reduce((a, b) => a + b, 0) > 300, 40_000);
    expect(Math.min(...served()) / Math.max(...served())).toBeGreaterThan(0.8);
    expect((await stack.frame())?.rng).toBe(3);
  });

  test('counts exactly: completed jobs, the counter and the wallet agree after a stop', async () => {
    await using redis = await startTestRedis();
    const stack = await startStackProcess({
      args: ['--scale', 'miner=3'],
      env: { REDIS_URL: redis.url, RNG_DELAY_MS: '5', HASHER_DELAY_MS: '5', MINER_WORK_MS: '0' },
    });
    await until('500 loops', async () => ((await stack.frame())?.loops ?? 0) > 500, 30_000);
    expect(await stack.stop('SIGTERM')).toBe(0);

    const client = new Redis(redis.url);
    const completed = Number(await client.hget('bull:loops:metrics:completed', 'count'));
    expect(completed).toBeGreaterThan(500);
    expect(Number(await client.get('hashes'))).toBe(completed);
    const wallet = await client.hgetallBuffer('wallet');
    expect(Object.keys(wallet).length).toBeGreaterThan(5);
    for (const [hash, bytes] of Object.entries(wallet)) {
      expect(hash).toMatch(/^0[0-9a-f]{63}$/);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(hash);
    }
    expect(await client.llen('bull:loops:active')).toBe(0);
    expect(await client.exists('dockercoins:lease', 'dockercoins:miners')).toBe(0);
    client.disconnect();
  });

  test('starts a part again that was killed, Redis too, and goes on mining', async () => {
    await using stack = await startStackProcess();
    for (const victim of ['miner-1', 'rng-1', 'redis']) {
      const pid = (await stack.pids()).get(victim) ?? NaN;
      process.kill(pid, 'SIGKILL');
      await until(`${victim} is there again`, async () => {
        const now = (await stack.pids()).get(victim);
        return now !== undefined && now !== pid;
      });
      const { loops } = await until('a frame', stack.frame);
      await until(
        `mining goes on after ${victim} died`,
        async () => {
          const frame = await stack.frame();
          return frame !== undefined && frame.loops > loops + 3;
        },
        20_000,
      );
    }
    expect(stack.lines.join('\n')).toContain(
      'rng-1       | was ended by SIGKILL; starting it again in 0.5 s',
    );
  });

  test('has counter and history again after a restart', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'dockercoins-stack-'));
    const history = async (dashboard: string) =>
      (await (await fetch(`${dashboard}/api/history`)).json()) as { at: number }[];
    const first = await startStackProcess({ dir });
    await until('some history', async () => (await history(first.dashboard)).length > 3);
    const loops = (await first.frame())?.loops ?? 0;
    const seen = await history(first.dashboard);
    await first.stop('SIGINT');

    const second = await startStackProcess({ dir });
    const points = await until('more history', async () => {
      const all = await history(second.dashboard);
      return all.length > seen.length && all;
    });
    expect(points.slice(0, seen.length)).toEqual(seen);
    const frame = await until('a frame', second.frame);
    expect(frame.loops).toBeGreaterThanOrEqual(loops);
    await second.stop('SIGINT');
    await rm(dir, { recursive: true });
  });
});

describe('npm start says what is wrong', () => {
  test('a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    await expect(startStackProcess({ args: ['--port', `rng=${port}`] })).rejects.toThrow(
      `port ${port} is taken, rng needs it`,
    );
    server.close();
  });

  test('settings of a service', async () => {
    await expect(
      startStackProcess({ env: { RNG_SLOTS: 'many', RNG_DELAY_MS: '-1' } }),
    ).rejects.toThrow(/RNG_DELAY_MS .*found "-1"\n.*RNG_SLOTS .*found "many"/);
  });

  test('a Redis that does not answer', async () => {
    await expect(startStackProcess({ env: { REDIS_URL: 'redis://127.0.0.1:1' } })).rejects.toThrow(
      'no Redis answers at 127.0.0.1:1',
    );
  });

  test('no Redis to start', async () => {
    await expect(startStackProcess({ env: { PATH: '/nowhere' } })).rejects.toThrow(
      'neither redis-server nor valkey-server is in PATH',
    );
  });

  test('arguments', async () => {
    await expect(startStackProcess({ args: ['--scale', 'mine=3'] })).rejects.toThrow(
      'expected SERVICE=N with a service of rng, hasher, producer, miner, dashboard',
    );
  });
});

test('a Redis that outlived a killed npm start is ended before the next one takes its data', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'dockercoins-stack-'));
  const first = await startStackProcess({ dir });
  const orphan = (await first.pids()).get('redis') ?? NaN;
  const others = [...(await first.pids())]
    .filter(([name]) => name !== 'redis')
    .map(([, pid]) => pid);
  await first.stop('SIGKILL');
  await until('the services are gone, for nobody supervises them', () => others.every(isGone));
  expect(isGone(orphan)).toBe(false);

  const second = await startStackProcess({ dir });
  expect(isGone(orphan)).toBe(true);
  await second.stop('SIGINT');
  await rm(dir, { recursive: true });
});

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
