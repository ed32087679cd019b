/**
 * The stack as processes on Valkey, in its official image: the Redis of Debian 13 and Fedora.
 * @module
 */
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { docker } from '../../tools/stack/compose.ts';
import { startStackProcess } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

/** Starts Valkey without data. Resolves to its URL. */
async function startValkey(running: AsyncDisposableStack): Promise<string> {
  const port = await freePort();
  const options = ['--detach', '--rm', '--publish', `127.0.0.1:${port}:6379`];
  const id = (await docker(['run', ...options, 'valkey/valkey:8'])).trim();
  running.defer(() => docker(['rm', '--force', '--volumes', id]).then(() => undefined));
  return `redis://127.0.0.1:${port}`;
}

test('the stack mines on Valkey; if it is full, the page names its program, and mining goes on once there is room', async () => {
  await using running = new AsyncDisposableStack();
  const url = await startValkey(running);
  const valkey = running.adopt(new Redis(url, { maxRetriesPerRequest: null }), (it) =>
    it.disconnect(),
  );
  valkey.on('error', () => undefined); // until it listens
  await valkey.ping(); // once it responds
  await using stack = await startStackProcess({
    args: ['--scale', 'miner=3'],
    env: { REDIS_URL: url },
  });
  const loops = async () => (await stack.frame())?.loops ?? 0;
  await until('the stack mines', async () => (await loops()) > 20);

  await valkey.config('SET', 'maxmemory', '1');
  const problem = await until('the page says that it is full', async () =>
    (await stack.frame())?.problems.find(({ text }) => text.includes('it is full')),
  );
  expect(problem.advice).toContain(`valkey-cli -p ${new URL(url).port} DEL wallet`);
  await valkey.config('SET', 'maxmemory', '0');
  const before = await loops();
  await until('the stack mines again', async () => (await loops()) > before + 20);
  await until('all is well', async () => (await stack.frame())?.troubled === false);
  expect(await stack.stop('SIGTERM')).toBe(0);
});
