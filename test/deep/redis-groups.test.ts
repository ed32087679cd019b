/**
 * The stack on more than one Redis: a failover by Sentinel, and a cluster that shares several queues.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster, Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import { queueNames, type LoopQueue } from '@dockercoins/common/queue/queue';
import { queueKeys } from '@dockercoins/common/queue/queue-keys';
import { workerRedis } from '@dockercoins/common/queue/redis';
import { COUNTERS, type Counters } from '../../tools/stack/counters.ts';
import { silentLog } from '../../tools/stack/log.ts';
import { expectExactWallet } from '../support/exact-wallet.ts';
import {
  GROUP,
  startCluster,
  startSentinelGroup,
  withRedis,
} from '../../tools/stack/redis-group.ts';
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

/** Fast enough that a failover hits many loops, and slow enough that all completed jobs are still kept. */
const QUICK = { RNG_DELAY_MS: '20', HASHER_DELAY_MS: '5', MINER_WORK_MS: '5' };

/** A count, once a replica has acknowledged the write after it, and so everything before that. */
async function acknowledgedCount(master: Redis): Promise<number | undefined> {
  const count = Number(await master.hget(queueKeys().completedCount, 'count'));
  await master.incr('witness');
  return (await master.wait(1, 1000)) >= 1 ? count : undefined;
}

test('a failover loses no loop that a replica had acknowledged, and mining goes on', async () => {
  await using group = await startSentinelGroup();
  await using stack = await startStackProcess({
    args: ['--scale', 'miner=3', '--scale', 'producer=2'],
    env: { ...QUICK, REDIS_URL: group.url, MINER_LOCK_MS: '2000' },
  });
  await until('100 loops are done', async () => ((await stack.frame())?.loops ?? 0) > 100);
  const acknowledged = await until('a replica acknowledges', () =>
    withRedis(group.master, acknowledgedCount),
  );
  expect(acknowledged).toBeGreaterThan(100);
  const successor = await group.failOver();
  const count = Number(
    await withRedis(successor, (redis) => redis.hget(queueKeys().completedCount, 'count')),
  );
  expect(count).toBeGreaterThanOrEqual(acknowledged);
  await until(
    'the stack mines on the new master',
    async () => ((await stack.frame())?.loops ?? 0) > count + 100,
  );
  expect(await stack.stop('SIGTERM')).toBe(0);

  const text = await withRedis(successor, (redis) => redis.eval(COUNTERS, 0));
  const counters = JSON.parse(text as string) as Counters;
  expect(counters.completed).toBeLessThan(1000); // so the coins of all jobs are known
  expect(counters.failed).toBe(0);
  expect(counters.active).toBe(0);
  expect(counters.added).toBe(counters.completed + counters.unfinished);
  expectExactWallet(counters);
  expect(stack.lines.join('\n')).toContain(`connected to Redis "${GROUP}" of the sentinels at`);
});

describe('on a cluster of three nodes,', () => {
  test.each([1, 3])('%i queues are mined, added up, and listed', async (queues) => {
    await using group = await startCluster();
    await using stack = await startStackProcess({
      args: ['--scale', 'miner=2'],
      env: { ...QUICK, REDIS_URL: group.url, QUEUES: String(queues) },
    });
    await until('300 loops are done', async () => ((await stack.frame())?.loops ?? 0) > 300);
    const names = queueNames(queues, true);
    const shown = 'a frame shows the whole stack, without trouble from its start';
    const frame = await until(shown, async () => {
      const latest = await stack.frame();
      const { miners, rng, hasher, troubled, queue } = latest ?? {};
      const isComplete = miners === 2 && rng === 1 && hasher === 1 && troubled === false;
      return isComplete && (queue?.waiting ?? 0) > 50 * queues && latest;
    });
    expect(frame.queue.names).toEqual(names);
    expect(frame.fleet[0]?.concurrency).toBe(queues);
    const board = await fetch(`${stack.dashboard}/queues/api/queues`);
    const { queues: listed } = (await board.json()) as { queues: Pick<LoopQueue, 'name'>[] };
    expect(listed.map(({ name }) => name).sort()).toEqual(names);
    for (const queue of names) {
      const query = new URLSearchParams({ queue, id: '1' }).toString();
      const job = await fetch(`${stack.dashboard}/api/job?${query}`);
      expect(await job.json()).toMatchObject({ queue, state: 'completed' });
    }
    expect(await stack.stop('SIGTERM')).toBe(0);
    expect(stack.lines.join('\n')).not.toContain('CROSSSLOT');

    const cluster = new Cluster(group.ports.map((port) => ({ host: '127.0.0.1', port })));
    let [completed, coins] = [0, 0];
    for (const name of names) {
      const { completedCount } = queueKeys(name);
      const done = Number(await cluster.hget(completedCount, 'count'));
      expect(done, name).toBeGreaterThan(50);
      completed += done;
      for (const id of await cluster.zrange(queueKeys(name).job('completed'), '0', '-1')) {
        const result = await cluster.hget(queueKeys(name).job(id), 'returnvalue');
        if (result?.includes('"coin":true')) coins++;
      }
    }
    expect(completed).toBeLessThan(1000);
    expect(Number(await cluster.get(keys.hashes))).toBe(completed);
    expect(await cluster.hlen(keys.wallet)).toBe(coins);
    cluster.disconnect();
  });

  test('no attempt fails while a node is stopped or frozen for five seconds', async () => {
    await using group = await startCluster();
    await using stack = await startStackProcess({
      args: ['--scale', 'miner=2'],
      env: { ...QUICK, REDIS_URL: group.url },
    });
    const loops = async () => (await stack.frame())?.loops ?? 0;
    const untilMining = async () => {
      const before = await loops();
      await until('the stack mines', async () => (await loops()) > before + 100);
    };
    /** Returns the number of the node that holds a key. */
    const nodeOf = async (key: string) => {
      const slot = await withRedis(group.ports[0] ?? 0, (redis) => redis.cluster('KEYSLOT', key));
      return Math.floor((slot * group.ports.length) / 16_384);
    };
    const queueNode = await nodeOf(queueKeys('{loops}').active);
    const walletNode = await nodeOf(keys.wallet);
    await untilMining();
    const began = stack.lines.length;
    for (const node of [queueNode, walletNode]) {
      await untilMining();
      const port = group.ports[node] ?? 0;
      await group.stop(port);
      await sleep(5000);
      await group.restart(port);
    }
    await untilMining();
    const pid = await withRedis(group.ports[queueNode] ?? 0, async (redis) =>
      Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]),
    );
    process.kill(pid, 'SIGSTOP');
    await sleep(5000);
    process.kill(pid, 'SIGCONT');
    await untilMining();
    expect(stack.lines.slice(began).join('\n')).not.toMatch(/loop failed|cannot find/);
    expect(stack.lines.join('\n')).not.toContain('exited');
    expect(await stack.stop('SIGTERM')).toBe(0);
  });

  test('the queues spread over the nodes', async () => {
    await using group = await startCluster();
    const [port = 0] = group.ports;
    const slots = await Promise.all(
      queueNames(3, true).map((name) =>
        withRedis(port, (redis) => redis.cluster('KEYSLOT', queueKeys(name).active)),
      ),
    );
    const nodes = new Set(slots.map((slot) => Math.floor((slot * 3) / 16_384)));
    expect(nodes.size).toBeGreaterThan(1);
  });
});
