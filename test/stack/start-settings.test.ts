/**
 * `npm start` honors the settings in its environment, and rejects bad ones.
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePort } from '../../local/free-port.ts';
import { readFrame } from '../../testing/read-frame.ts';
import { startService } from '../../testing/service.ts';
import { startStackProcess, type RunningStack } from '../../testing/stack.ts';
import { until } from '../../testing/until.ts';

const untilMining = (stack: RunningStack) =>
  until('the stack mines', async () => ((await stack.frame())?.loops ?? 0) > 3);

describe('npm start honors', () => {
  const addresses = networkInterfaces()['lo']?.map(({ address }) => address) ?? [];
  const hosts = ['127.0.0.2', ...addresses.filter((address) => address !== '127.0.0.1')];
  test.each(hosts)('LISTEN_HOST=%s', async (host) => {
    await using stack = await startStackProcess({ env: { LISTEN_HOST: host } });
    expect(new URL(stack.dashboard).hostname).toBe(host.includes(':') ? `[${host}]` : host);
    await untilMining(stack);
  });

  test('INSTANCE, ADMIN_PORT, RNG_URL, and PAGE_DIR', async () => {
    const pageDir = await mkdtemp(join(tmpdir(), 'dockercoins-page-'));
    await writeFile(join(pageDir, 'index.html'), '<title>My own</title>');
    await using rng = await startService('rng/main.ts');
    const adminPort = 15_000; // outside the range of freePort()
    await using stack = await startStackProcess({
      args: ['--scale', 'rng=0'],
      env: {
        INSTANCE: 'left',
        ADMIN_PORT: String(adminPort),
        RNG_URL: `http://127.0.0.1:${rng.port}`,
        PAGE_DIR: pageDir,
      },
    });
    await untilMining(stack);
    expect([...(await stack.pids()).keys()].sort()).toEqual([
      'left-dashboard-1',
      'left-hasher-1',
      'left-miner-1',
      'left-producer-1',
      'redis',
    ]);
    expect((await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status).toBe(200);
    expect(await (await fetch(stack.dashboard)).text()).toContain('My own');
    await rm(pageDir, { recursive: true });
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
    await until('the dashboard has a frame', () => readFrame(`http://localhost:${port}`));
    main.kill('SIGTERM');
    await exited;
    await rm(dir, { recursive: true });
  });
});

describe('npm start rejects', () => {
  test('a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    await expect(startStackProcess({ args: ['--port', `rng=${port}`] })).rejects.toThrow(
      `port ${port} for rng is in use`,
    );
    server.close();
  });

  test('bad settings of a service, all in one message', async () => {
    await expect(
      startStackProcess({ env: { RNG_SLOTS: 'many', RNG_DELAY_MS: '-1' } }),
    ).rejects.toThrow(/RNG_DELAY_MS .*got "-1"\n.*RNG_SLOTS .*got "many"/);
  });

  test.each<[string, Record<string, string>, string]>([
    ['an address of another machine', { LISTEN_HOST: '192.0.2.77' }, 'LISTEN_HOST: expected'],
    ['an address with a zone', { LISTEN_HOST: 'fe80::1%lo' }, 'LISTEN_HOST: expected'],
    ['a folder without a page', { PAGE_DIR: 'local' }, 'PAGE_DIR: expected'],
    ['a port above 65535', { ADMIN_PORT: '65536' }, 'ADMIN_PORT ('],
    ['too few ports', { ADMIN_PORT: '65535' }, 'ADMIN_PORT=65535: hasher-1 would get port 65536'],
    ['a name with a space', { INSTANCE: 'my rng' }, 'INSTANCE ('],
    ['an rng that is not a URL', { RNG_URL: 'rng' }, 'RNG_URL ('],
  ])('%s', async (_problem, env, message) => {
    const failure = await startStackProcess({ env }).catch((err: unknown) => String(err));
    expect(failure).toContain(message);
  });

  test('a Redis that does not respond', async () => {
    await expect(startStackProcess({ env: { REDIS_URL: 'redis://127.0.0.1:1' } })).rejects.toThrow(
      'cannot reach Redis at 127.0.0.1:1',
    );
  });

  test('a machine without Redis', async () => {
    await expect(startStackProcess({ env: { PATH: '/nowhere' } })).rejects.toThrow(
      'neither redis-server nor valkey-server is in PATH',
    );
  });

  test('an unknown service', async () => {
    await expect(startStackProcess({ args: ['--scale', 'mine=3'] })).rejects.toThrow(
      'expected SERVICE=N, where SERVICE is one of rng, hasher, producer, miner, dashboard',
    );
  });
});
