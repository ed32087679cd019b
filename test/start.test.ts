import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { queueKey } from '@dockercoins/common/queue-keys';
import { countServed } from '../testing/served.ts';
import { freePort } from '../local/free-port.ts';
import { readFrame } from '../testing/read-frame.ts';
import { startTestRedis } from '../testing/redis-server.ts';
import { startService } from '../testing/service.ts';
import { startStackProcess, type StackChoice } from '../testing/stack.ts';
import { until } from '../testing/until.ts';

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
    await using stack = await startStackProcess({
      args: ['--scale', 'miner=3'],
      env: { REDIS_URL: redis.url, RNG_DELAY_MS: '5', HASHER_DELAY_MS: '5', MINER_WORK_MS: '0' },
    });
    await until('500 loops', async () => ((await stack.frame())?.loops ?? 0) > 500, 30_000);
    expect(await stack.stop('SIGTERM')).toBe(0);

    const client = new Redis(redis.url);
    const completed = Number(await client.hget(queueKey('metrics:completed'), 'count'));
    expect(completed).toBeGreaterThan(500);
    expect(Number(await client.get('hashes'))).toBe(completed);
    const wallet = await client.hgetallBuffer('wallet');
    expect(Object.keys(wallet).length).toBeGreaterThan(5);
    for (const [hash, bytes] of Object.entries(wallet)) {
      expect(hash).toMatch(/^0[0-9a-f]{63}$/);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(hash);
    }
    expect(await client.llen(queueKey('active'))).toBe(0);
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

describe('a setting works with npm start', () => {
  const hosts = networkInterfaces()['lo']?.map(({ address }) => address) ?? [];
  test.each(['127.0.0.2', ...hosts])('LISTEN_HOST=%s', async (host) => {
    const shown = { '127.0.0.1': 'localhost', '::1': '[::1]' }[host] ?? host;
    await using stack = await startStackProcess({ env: { LISTEN_HOST: host } });
    expect(new URL(stack.dashboard).hostname).toBe(shown);
    await until('it mines', async () => ((await stack.frame())?.loops ?? 0) > 3);
  });

  test('names, ports, and services elsewhere', async () => {
    await using rng = await startService('rng/main.ts');
    const admin = 15_000; // freePort() gives none of those
    await using stack = await startStackProcess({
      args: ['--scale', 'rng=0'],
      env: {
        INSTANCE: 'left',
        ADMIN_PORT: String(admin),
        RNG_URL: `http://127.0.0.1:${rng.port}`,
      },
    });
    await until('it mines', async () => ((await stack.frame())?.loops ?? 0) > 3);
    expect([...(await stack.pids()).keys()].sort()).toEqual([
      'left-dashboard-1',
      'left-hasher-1',
      'left-miner-1',
      'left-producer-1',
      'redis',
    ]);
    expect((await fetch(`http://127.0.0.1:${admin}/readyz`)).status).toBe(200);
  });

  test('PORT', async () => {
    const port = await freePort();
    const dir = await mkdtemp(join(tmpdir(), 'dockercoins-stack-'));
    const main = spawn(
      process.execPath,
      ['local/main.ts', '--port', 'rng=0', '--port', 'hasher=0'],
      { env: { ...process.env, LOCAL_DIR: dir, PORT: String(port) }, stdio: 'ignore' },
    );
    const exited = once(main, 'exit');
    await until('a frame', () => readFrame(`http://localhost:${port}`));
    main.kill('SIGTERM');
    await exited;
    await rm(dir, { recursive: true });
  });

  test('PAGE_DIR', async () => {
    const page = await mkdtemp(join(tmpdir(), 'dockercoins-page-'));
    await writeFile(join(page, 'index.html'), '<title>My own</title>');
    {
      await using stack = await startStackProcess({ env: { PAGE_DIR: page } });
      expect(await (await fetch(stack.dashboard)).text()).toContain('My own');
    }
    await rm(page, { recursive: true });
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

  test.each<[string, Record<string, string>, string]>([
    ['an address of another machine', { LISTEN_HOST: '192.0.2.77' }, 'LISTEN_HOST: expected'],
    ['an address of no URL', { LISTEN_HOST: 'fe80::1%lo' }, 'LISTEN_HOST: expected'],
    ['a folder without a page', { PAGE_DIR: 'local' }, 'PAGE_DIR: expected'],
    ['a port that does not exist', { ADMIN_PORT: '65536' }, 'ADMIN_PORT (port of'],
    ['too few ports', { ADMIN_PORT: '65535' }, 'ADMIN_PORT=65535: hasher-1 would get 65536'],
    ['a name with a space', { INSTANCE: 'my rng' }, 'INSTANCE (name of'],
    ['an rng that is not there', { RNG_URL: 'rng' }, 'RNG_URL (where rng is'],
  ])('%s', async (_what, env, message) => {
    const started = await startStackProcess({ env }).catch((err: unknown) => String(err));
    expect(started).toContain(message);
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

describe('npm start ends as a whole', () => {
  /** Kills one process of a stack that mines, and starts the stack again on the same data. */
  const endAndGoOn = async (
    victim: (tree: Process[]) => Process | undefined,
    signal: NodeJS.Signals,
    choice: StackChoice,
  ) => {
    const dir = await mkdtemp(join(tmpdir(), 'dockercoins-stack-'));
    const first = await startStackProcess({ ...choice, dir });
    const { loops } = await until('it mines', async () => {
      const frame = await first.frame();
      return frame && frame.loops > 5 && frame;
    });
    const tree = await treeOf(first.pid);
    expect(tree.filter(({ args }) => args.includes('redis-server')).length).toBeGreaterThan(0);
    process.kill(victim(tree)?.pid ?? NaN, signal);
    await until('all processes are gone', () => tree.every(({ pid }) => isGone(pid)), 12_000);

    const second = await startStackProcess({ dir });
    const frame = await until('a frame', second.frame);
    expect(frame.loops).toBeGreaterThanOrEqual(loops);
    await until('more loops', async () => ((await second.frame())?.loops ?? 0) > frame.loops);
    await second.stop('SIGINT');
    await rm(dir, { recursive: true });
  };
  const runs = (text: string) => (tree: Process[]) => tree.find(({ args }) => args.includes(text));
  const npm = runs('npm start');
  const setup = runs(' local/setup.mjs');
  // npm, its shell and setup.mjs name it as well.
  const supervisor = (tree: Process[]) => tree.find(({ args }) => /^\S+ local\/main/.test(args));

  test.each(['SIGTERM', 'SIGKILL'] as const)('if npm gets %s', (signal) =>
    endAndGoOn(npm, signal, { npm: true }),
  );

  test('if setup.mjs is killed', () =>
    endAndGoOn((tree) => tree.findLast((it) => setup([it])), 'SIGKILL', { npm: true }));

  test('if the supervisor is killed', () => endAndGoOn(supervisor, 'SIGKILL', { npm: true }));

  test('if the supervisor of --dev is killed', () =>
    endAndGoOn(supervisor, 'SIGKILL', { args: ['--dev'] }));

  test('if the supervisor is killed while it starts the services', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'dockercoins-stack-'));
    const ports = ['dashboard', 'rng', 'hasher'].flatMap((name) => ['--port', `${name}=0`]);
    const main = spawn(process.execPath, ['local/main.ts', ...ports], {
      env: { ...process.env, LOCAL_DIR: dir },
      stdio: 'ignore',
    });
    const tree = await until('a miner is being started', async () => {
      const now = await treeOf(main.pid ?? NaN);
      return runs('miner/main.ts')(now) && now;
    });
    main.kill('SIGKILL');
    await until('all processes are gone', () => tree.every(({ pid }) => isGone(pid)), 12_000);
    await rm(dir, { recursive: true });
  });
});

interface Process {
  pid: number;
  args: string;
}

/** A process and all that it started, directly or not. */
async function treeOf(root: number): Promise<Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-e', '-ww', '-o', 'pid=,ppid=,args=']);
  const all = [...stdout.matchAll(/^ *(\d+) +(\d+) (.*)$/gm)].map(([, pid, ppid, args = '']) => ({
    pid: Number(pid),
    ppid: Number(ppid),
    args,
  }));
  const below = (pid: number): Process[] =>
    all.filter(({ ppid }) => ppid === pid).flatMap((it) => [it, ...below(it.pid)]);
  return [...all.filter(({ pid }) => pid === root), ...below(root)];
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
