/**
 * More than one Redis: clients follow a failover by Sentinel, and a stack mines several queues of a cluster.
 * `test/deep/redis-groups.test.ts` does both under load, and counts exactly.
 * @module
 */
import { expect, test } from 'vitest';
import { queueNames } from '@dockercoins/common/queue/queue';
import { workerRedis } from '@dockercoins/common/queue/redis';
import { silentLog } from '../../tools/stack/log.ts';
import { startCluster, startSentinelGroup } from '../../tools/stack/redis-group.ts';
import { startStackProcess } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

test('after a failover, a worker continues on the new master', async () => {
  await using group = await startSentinelGroup();
  using undo = new DisposableStack();
  const config = { REDIS_URL: group.url };
  const redis = undo.adopt(workerRedis(config, silentLog), (client) => client.disconnect());
  expect(await redis.incr('loops')).toBe(1);
  await until('both replicas have it', async () => (await redis.wait(2, 1000)) === 2);
  await group.failOver();
  expect(await redis.incr('loops')).toBe(2);
});

test('a stack mines three queues of a cluster of three nodes', async () => {
  await using group = await startCluster();
  await using stack = await startStackProcess({
    env: {
      REDIS_URL: group.url,
      QUEUES: '3',
      RNG_DELAY_MS: '20',
      HASHER_DELAY_MS: '5',
      MINER_WORK_MS: '5',
    },
  });
  const frame = await until('the stack mines', async () => {
    const latest = await stack.frame();
    return latest && latest.loops > 30 && (latest.hashes ?? 0) > 30 && latest.rng === 1 && latest;
  });
  expect(frame.queue.names).toEqual(queueNames(3, true));
  expect(frame).toMatchObject({ miners: 1, hasher: 1, troubled: false });
  expect(frame.fleet[0]?.concurrency).toBe(3);
  expect(await stack.stop('SIGTERM')).toBe(0);
  expect(stack.lines.join('\n')).not.toContain('CROSSSLOT');
});
