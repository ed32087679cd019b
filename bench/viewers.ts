/**
 * What the dashboard costs: frames for viewers, reports of miners.
 * @module
 */
import { Redis } from 'ioredis';
import { RedisClock } from '@dockercoins/common/redis-clock';
import { createLogger } from '@dockercoins/common/service/log';
import { Heartbeat } from '../miner/heartbeat.ts';
import { MinerStats } from '../miner/stats.ts';
import { observe } from './observe.ts';
import { startBenchStack } from './stack.ts';

const log = createLogger('bench', { INSTANCE: 'bench', LOG_LEVEL: 'warn', LOG_FORMAT: 'text' });

export interface ViewersRow {
  miners: number;
  viewers: number;
  /** Milliseconds of a core for each frame; there is one a second. */
  cpuMsPerFrame: number;
}

const EXPERIMENTS = [
  { miners: 10, viewers: 1 },
  { miners: 10, viewers: 50 },
  { miners: 10, viewers: 200 },
  { miners: 200, viewers: 1 },
];

/** One real miner keeps the figures moving, the others only report. */
export async function measureViewers(seconds: number): Promise<ViewersRow[]> {
  await using bench = await startBenchStack({ miners: 1 });
  const rows: ViewersRow[] = [];
  for (const { miners, viewers } of EXPERIMENTS) {
    await using others = new AsyncDisposableStack();
    const redis = others.adopt(new Redis(bench.stack.redis), (it) => it.disconnect());
    for (let n = 2; n <= miners; n++) others.use(reporter(redis, n));
    const leave = new AbortController();
    others.defer(() => leave.abort());
    for (let n = 0; n < viewers; n++) void readEvents(bench.stack.dashboard, leave.signal);
    const { load } = await observe(bench.redis, bench.pids, seconds);
    rows.push({ miners, viewers, cpuMsPerFrame: (load['dashboard'] ?? NaN) * 1000 });
  }
  return rows;
}

function reporter(redis: Redis, n: number): Heartbeat {
  const stats = new MinerStats();
  const id = `reporter-${n}`;
  const clock = new RedisClock();
  const report = () => {
    stats.loops++;
    const uptimeMs = performance.now();
    const about = { id, name: id, host: 'bench', uptimeMs, concurrency: 1 };
    return { ...about, ...stats.report(uptimeMs) };
  };
  return new Heartbeat({ redis, id, report, clock, log });
}

/** Reads the frames until `signal` is aborted. */
export async function readEvents(dashboard: string, signal: AbortSignal): Promise<void> {
  try {
    const answer = await fetch(`${dashboard}/api/events`, { signal });
    await answer.body?.pipeTo(new WritableStream());
  } catch (err) {
    if (!signal.aborted) throw err;
  }
}
