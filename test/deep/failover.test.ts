/**
 * A planned failover, as managed services do it: the address moves to the new primary, and the old one, now a replica, keeps
 * its connections open.
 * @module
 */
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import { queueKeys } from '@dockercoins/common/queue/queue-keys';
import { startTestRedis } from '../../tools/stack/redis-server.ts';
import { switchRoles, untilInSync } from '../../tools/stack/replication.ts';
import { startSilentProxy } from '../support/silent-proxy.ts';
import { startStackProcess } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

/** Starts a Redis, and a replica of it. */
async function startPair(running: AsyncDisposableStack) {
  const old = running.use(await startTestRedis());
  const next = running.use(await startTestRedis());
  const primary = running.adopt(new Redis(old.url), (it) => it.disconnect());
  const replica = running.adopt(new Redis(next.url), (it) => it.disconnect());
  for (const redis of [primary, replica]) redis.on('error', () => undefined);
  await replica.replicaof('127.0.0.1', old.port);
  await untilInSync(replica);
  return { old, next, primary, replica };
}

test('producing, mining, counting and the page go on after it, without a restart', async () => {
  await using running = new AsyncDisposableStack();
  const { old, next, primary, replica } = await startPair(running);
  const proxy = running.use(await startSilentProxy(old.port));
  await using stack = await startStackProcess({
    args: ['--scale', 'miner=2', '--scale', 'producer=2'],
    env: {
      REDIS_URL: `redis://127.0.0.1:${proxy.port}`,
      ...{ RNG_DELAY_MS: '20', HASHER_DELAY_MS: '5', MINER_WORK_MS: '5', MINER_LOCK_MS: '3000' },
    },
  });
  const loops = async () => (await stack.frame())?.loops ?? 0;
  await until('the stack mines', async () => (await loops()) > 100);
  const began = stack.lines.length;

  await switchRoles(primary, replica);
  proxy.repoint(next.port);
  const read = async () => ({
    added: Number(await replica.get(queueKeys().addedCount)),
    completed: Number(await replica.hget(queueKeys().completedCount, 'count')),
    hashes: Number(await replica.get(keys.hashes)),
  });
  const before = await read();
  await until('jobs are added, done and counted on the new primary', async () => {
    const now = await read();
    return (
      now.added > before.added &&
      now.completed > before.completed + 20 &&
      now.hashes > before.hashes
    );
  });
  const counted = before.completed + 20;
  await until('the page shows them', async () => (await loops()) > counted);
  await until('all is well', async () => (await stack.frame())?.troubled === false);
  expect(stack.lines.slice(began).join('\n')).not.toContain('loop failed');
  expect(stack.lines.join('\n')).not.toMatch(/exited with|restarting/);
  expect(await stack.stop('SIGTERM')).toBe(0);
});
