/**
 * `npm start` honors the settings in its environment, and rejects bad ones. Unit tests next to `local/config.ts`,
 * `local/address.ts`, `local/args.ts` and `local/plan.ts` have all cases; here is one of each kind.
 * @module
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { startServer } from '../support/http-server.ts';
import { startService } from '../support/service.ts';
import { startStackProcess } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

test('npm start honors LISTEN_HOST, PORT, ADMIN_PORT, INSTANCE, RNG_URL, and PAGE_DIR', async () => {
  await using undo = new AsyncDisposableStack();
  const pageDir = await mkdtemp(join(tmpdir(), 'dockercoins-page-'));
  undo.defer(() => rm(pageDir, { recursive: true }));
  await writeFile(join(pageDir, 'index.html'), '<title>My own</title>');
  const hasIpv6 = networkInterfaces()['lo']?.some(({ address }) => address === '::1');
  const [listenHost, host] = hasIpv6 ? ['::1', '[::1]'] : ['127.0.0.2', '127.0.0.2'];
  const rng = undo.use(await startService('rng/main.ts', { RNG_DELAY_MS: '10' }));
  const port = await freePort();
  const adminPort = await freePort(4);
  const stack = undo.use(
    await startStackProcess({
      args: ['--scale', 'rng=0'],
      env: {
        LISTEN_HOST: listenHost,
        PORT: String(port),
        ADMIN_PORT: String(adminPort),
        INSTANCE: 'left',
        RNG_URL: `http://127.0.0.1:${rng.port}`,
        PAGE_DIR: pageDir,
      },
    }),
  );
  expect(stack.dashboard).toBe(`http://${host}:${port}`);
  await until('the stack mines', async () => ((await stack.frame())?.loops ?? 0) > 3);
  expect([...(await stack.pids()).keys()].sort()).toEqual([
    'left-dashboard-1',
    'left-hasher-1',
    'left-miner-1',
    'left-producer-1',
    'redis',
  ]);
  expect(await rng.metric('gate_slots')).toBe(1);
  for (let n = 0; n < 4; n++) {
    expect((await fetch(`http://${host}:${adminPort + n}/readyz`)).status).toBe(200);
  }
  expect(await (await fetch(stack.dashboard)).text()).toContain('My own');
});

describe('npm start rejects', () => {
  test('a port that is taken', async () => {
    await using server = await startServer(() => undefined);
    const { port } = server;
    await expect(startStackProcess({ args: ['--port', `rng=${port}`] })).rejects.toThrow(
      `port ${port} for rng is in use`,
    );
  });

  test('bad settings of a service, all in one message', async () => {
    await expect(
      startStackProcess({ env: { RNG_SLOTS: 'many', RNG_DELAY_MS: '-1' } }),
    ).rejects.toThrow(/exited with 1:[^]*RNG_DELAY_MS .*got "-1"\n.*RNG_SLOTS .*got "many"/);
  });

  test.each<[string, Record<string, string>, string]>([
    ['an address of another machine', { LISTEN_HOST: '192.0.2.77' }, 'LISTEN_HOST: expected'],
    ['a folder without a page', { PAGE_DIR: 'local' }, 'PAGE_DIR: expected'],
    ['a folder without bundles', { SERVICES_DIR: 'local' }, 'SERVICES_DIR: expected'],
    ['too few ports', { ADMIN_PORT: '65535' }, 'ADMIN_PORT=65535: hasher-1 would get port 65536'],
  ])('%s', async (_problem, env, message) => {
    await expect(startStackProcess({ env })).rejects.toThrow(message);
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
