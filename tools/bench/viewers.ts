/**
 * CPU time of the dashboard by number of viewers and miners.
 * @module
 */
import { Redis } from 'ioredis';
import { RedisClock } from '@dockercoins/common/queue/redis-clock';
import { createLogger } from '@dockercoins/common/log/log';
import { Heartbeat } from '../../miner/heartbeat.ts';
import { testReport } from '../stack/frame-data.ts';
import { observe } from './observe.ts';
import { startBenchStack } from './stack.ts';

const log = createLogger('bench', { INSTANCE: 'bench', LOG_LEVEL: 'warn', LOG_FORMAT: 'text' });

export interface ViewersRow {
  miners: number;
  viewers: number;
  /** CPU time per frame (one a second), in milliseconds. */
  cpuMsPerFrame: number;
}

const EXPERIMENTS = [
  { miners: 10, viewers: 1 },
  { miners: 10, viewers: 50 },
  { miners: 10, viewers: 200 },
  { miners: 200, viewers: 1 },
];

/** Measures the dashboard with 1 real miner; the others only send reports. */
export async function measureViewers(seconds: number): Promise<ViewersRow[]> {
  await using bench = await startBenchStack({ miners: 1 });
  const rows: ViewersRow[] = [];
  for (const { miners, viewers } of EXPERIMENTS) {
    await using others = new AsyncDisposableStack();
    const redis = others.adopt(new Redis(bench.stack.redis), (client) => client.disconnect());
    for (let n = 2; n <= miners; n++) others.use(reporter(redis, n));
    const viewing = new AbortController();
    others.defer(() => viewing.abort());
    for (let n = 0; n < viewers; n++) void readEvents(bench.stack.dashboard, viewing.signal);
    const { load } = await observe(bench.redis, bench.pids, seconds);
    rows.push({ miners, viewers, cpuMsPerFrame: (load['dashboard'] ?? NaN) * 1000 });
  }
  return rows;
}

function reporter(redis: Redis, n: number): Heartbeat {
  const id = `reporter-${n}`;
  const clock = new RedisClock();
  let loops = 0;
  const report = () => testReport(id, { uptimeMs: performance.now(), loops: loops++ });
  return new Heartbeat({ redis, id, report, clock, log });
}

/** Reads the event stream until `signal` is aborted. */
export async function readEvents(dashboard: string, signal: AbortSignal): Promise<void> {
  try {
    const response = await fetch(`${dashboard}/api/events`, { signal });
    await response.body?.pipeTo(new WritableStream());
  } catch (err) {
    if (!signal.aborted) throw err;
  }
}
