/**
 * Without delays: one Redis server compared with a cluster of three, in interleaved turns.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { queueNames } from '@dockercoins/common/queue/queue';
import { openRedis } from '@dockercoins/common/queue/redis';
import { mean, median } from '@dockercoins/common/statistics';
import { startCluster } from '../stack/redis-group.ts';
import { startTestRedis } from '../stack/redis-server.ts';
import { countLoops } from './observe.ts';
import { cpuSeconds } from './processes.ts';
import { startBenchStack, WARM_UP_MS } from './stack.ts';
import { interleave, medianRatio } from './turns.ts';

export interface RedisRow {
  /** Redis processes. */
  servers: number;
  queues: number;
  hashesPerSecond: number;
  /** Median over all turns of this speed divided by that of the first row. */
  ofFirst: number;
  /** CPU time per loop in milliseconds: of all Redis processes, and of the miner. */
  redisMs: number;
  minerMs: number;
}

/** Jobs in progress, divided among the queues. */
const CONCURRENCY = 126;

/** @param seconds how long to measure each of the three */
export async function measureRedis(seconds: number): Promise<RedisRow[]> {
  await using undo = new AsyncDisposableStack();
  const first = undo.use(await startTestRedis());
  const second = undo.use(await startTestRedis());
  const cluster = undo.use(await startCluster());
  const stacks = [
    await start(undo, { url: first.url, redisPids: [first.pid], queues: 1 }),
    await start(undo, { url: second.url, redisPids: [second.pid], queues: 3 }),
    await start(undo, { url: cluster.url, redisPids: cluster.pids, queues: 3 }),
  ];
  await sleep(stacks.length * WARM_UP_MS); // the three share the cores
  const speeds = await interleave(stacks, seconds);
  return stacks.map(({ servers, queues, costs }, index) => ({
    servers,
    queues,
    hashesPerSecond: median(speeds[index] ?? []),
    ofFirst: medianRatio(speeds[index] ?? [], speeds[0] ?? []),
    // CPU time in hundredths of a second is too coarse for a median of short turns.
    redisMs: mean(costs.map(({ redisMs }) => redisMs)),
    minerMs: mean(costs.map(({ minerMs }) => minerMs)),
  }));
}

interface Variant {
  url: string;
  redisPids: number[];
  queues: number;
}

/** Starts a stack as a candidate for `interleave`. */
async function start(undo: AsyncDisposableStack, { url, redisPids, queues }: Variant) {
  const env = {
    REDIS_URL: url,
    QUEUES: String(queues),
    MINER_CONCURRENCY: String(CONCURRENCY / queues),
  };
  const { pids } = undo.use(await startBenchStack({ miners: 1, fast: true, env }));
  const redis = undo.adopt(
    openRedis({ REDIS_URL: url }, { maxRetriesPerRequest: 1 }, () => 1000),
    (it) => it.disconnect(),
  );
  const names = queueNames(queues, redis.isCluster);
  const miner = pids.get('miner-1') ?? NaN;
  const costs: { redisMs: number; minerMs: number }[] = [];
  const total = async (processes: number[]) =>
    (await Promise.all(processes.map(cpuSeconds))).reduce((sum, cpu) => sum + cpu, 0) * 1000;
  const sample = async () => ({
    loops: await countLoops(redis, names),
    at: performance.now(),
    redisMs: await total(redisPids),
    minerMs: await total([miner]),
  });
  return {
    pids: [miner],
    servers: redisPids.length,
    queues,
    costs,
    async measure(turnSeconds: number) {
      const before = await sample();
      await sleep(turnSeconds * 1000);
      const after = await sample();
      const loops = after.loops - before.loops;
      costs.push({
        redisMs: (after.redisMs - before.redisMs) / loops,
        minerMs: (after.minerMs - before.minerMs) / loops,
      });
      return (loops * 1000) / (after.at - before.at);
    },
  };
}
