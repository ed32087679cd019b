/**
 * The benchmark's results as Markdown tables.
 * @module
 */
import { markdownTable } from '../markdown-table.ts';
import type { Fast } from './fast.ts';
import type { JobsRow, MinersRow } from './growth.ts';
import type { RedisRow } from './redis.ts';
import type { Simulated } from './simulation.ts';
import type { ViewersRow } from './viewers.ts';

/** Results; measurements that were not selected are absent. */
export interface Bench {
  /** Share of the theoretical limit, by number of miners. */
  paced?: Record<string, number>;
  fast?: Fast;
  redis?: RedisRow[];
  miners?: MinersRow[];
  jobs?: JobsRow[];
  viewers?: ViewersRow[];
  simulation?: Simulated;
}

/** Returns the results as Markdown: a heading and a table for each measurement. */
export function renderBench(bench: Bench): string {
  const { paced, fast, redis, miners, jobs, viewers, simulation } = bench;
  const sections: string[] = [];
  if (paced) sections.push(title('With delays'), renderPaced(paced));
  if (fast) sections.push(title('Without delays'), renderFast(fast), renderUsage(fast));
  if (redis) sections.push(title('More Redis servers, without delays'), renderRedis(redis));
  if (miners) sections.push(title('More miners, without delays'), renderMiners(miners));
  if (jobs) sections.push(title('More jobs, without delays'), renderJobs(jobs));
  if (viewers) sections.push(title('Dashboard'), renderViewers(viewers));
  if (simulation) sections.push(title('Simulation'), renderSimulation(simulation));
  return sections.join('\n');
}

const title = (text: string) => `\n${text}\n`;

function renderPaced(paced: Record<string, number>): string {
  const rows = Object.entries(paced).map(([miners, ratio]) => [miners, ratio.toFixed(3)]);
  return markdownTable(['miners', 'share of the limit'], rows);
}

function renderFast(fast: Fast): string {
  const cells = {
    'hashes/s': fast.hashesPerSecond.toFixed(),
    'empty jobs/s': fast.emptyJobs.toFixed(),
    'HTTP loops/s': fast.httpLoops.toFixed(),
    'predicted/s': fast.bound.toFixed(),
    'measured/predicted': fast.ratio.toFixed(3),
    'round trips/loop': fast.roundTripsPerLoop.toFixed(2),
    'commands/loop': fast.commandsPerLoop.toFixed(1),
    'bytes/loop': fast.bytesPerLoop.toFixed(),
  };
  return markdownTable(Object.keys(cells), [Object.values(cells)]);
}

function renderUsage({ cpuMsPerLoop, residentMib }: Fast): string {
  const rows = Object.entries(cpuMsPerLoop).map(([service, ms]) => [
    service,
    ms.toFixed(3),
    (residentMib[service] ?? NaN).toFixed(),
  ]);
  return markdownTable(['service', 'CPU ms/loop', 'resident MiB'], rows);
}

function renderRedis(rows: RedisRow[]): string {
  return markdownTable(
    ['servers', 'queues', 'hashes/s', 'ratio to the first', 'Redis ms/loop', 'miner ms/loop'],
    rows.map(({ servers, queues, hashesPerSecond, ofFirst, redisMs, minerMs }) => [
      String(servers),
      String(queues),
      hashesPerSecond.toFixed(),
      ofFirst.toFixed(3),
      redisMs.toFixed(3),
      minerMs.toFixed(3),
    ]),
  );
}

function renderMiners(rows: MinersRow[]): string {
  return markdownTable(
    ['miners', 'hashes/s', 'total resident MiB'],
    rows.map((row) => [String(row.miners), row.hashesPerSecond.toFixed(), row.memory.toFixed()]),
  );
}

function renderJobs(rows: JobsRow[]): string {
  const services = Object.keys(rows[0]?.memory ?? {});
  return markdownTable(
    ['jobs done', 'hashes/s', 'ratio to the first', ...services.map((service) => `${service} MiB`)],
    rows.map(({ jobs, hashesPerSecond, ofFirst, memory }) => [
      String(jobs),
      hashesPerSecond.toFixed(),
      ofFirst.toFixed(3),
      ...services.map((service) => (memory[service] ?? NaN).toFixed(1)),
    ]),
  );
}

function renderViewers(rows: ViewersRow[]): string {
  return markdownTable(
    ['miners', 'viewers', 'CPU ms/frame'],
    rows.map((row) => [String(row.miners), String(row.viewers), row.cpuMsPerFrame.toFixed(1)]),
  );
}

function renderSimulation({ speeds, sweepSeconds }: Simulated): string {
  const rows = speeds.map(({ setting, loopsPerSecond, growthMb }) => [
    setting,
    Math.round(loopsPerSecond).toLocaleString('en'),
    growthMb.toFixed(1),
  ]);
  const table = markdownTable(['setting', 'simulated loops/s', 'heap growth, MB'], rows);
  return `${table}\na sweep of 40 points of ten minutes: ${sweepSeconds.toFixed(1)} s\n`;
}
