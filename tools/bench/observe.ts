/**
 * Throughput, Redis traffic, CPU time, and memory of a running stack.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { keys, QUEUE_NAME } from '@dockercoins/common/contract';
import { queueKey, queueKeys } from '@dockercoins/common/queue/queue-keys';
import type { RedisClient } from '@dockercoins/common/queue/redis';
import { cpuSeconds, residentMebibytes } from './processes.ts';

interface Sample {
  /** Loops completed so far. */
  loops: number;
  /** When the last loop was completed, in ms of Unix time. */
  lastLoopAt: number;
  /** Commands that Redis has processed. */
  commands: number;
  /** Redis' reads from sockets; a pipeline needs one. */
  roundTrips: number;
  /** Bytes that Redis has received and sent. */
  bytes: number;
  /** CPU seconds by service. */
  cpu: Map<string, number>;
}

export interface Observation {
  hashesPerSecond: number;
  commandsPerLoop: number;
  roundTripsPerLoop: number;
  bytesPerLoop: number;
  /** CPU time per loop in milliseconds, by service. */
  cpuMsPerLoop: Record<string, number>;
  /** CPU utilization (1: a full core), by service. */
  load: Record<string, number>;
  /** Resident memory of the largest process in MiB, by service. */
  residentMib: Record<string, number>;
  /** Resident memory of all processes, in MiB. */
  totalMib: number;
}

/**
 * Observes a stack for `seconds`.
 * @param pids process ids by instance name, such as miner-3
 */
export async function observe(
  redis: Redis,
  pids: Map<string, number>,
  seconds: number,
): Promise<Observation> {
  const before = await sample(redis, pids);
  const startedAt = performance.now();
  await sleep(seconds * 1000);
  const after = await sample(redis, pids);
  const elapsed = (performance.now() - startedAt) / 1000;
  const loops = after.loops - before.loops;
  const cpu = [...after.cpu].map(
    ([service, total]) => [service, total - (before.cpu.get(service) ?? 0)] as const,
  );
  return {
    hashesPerSecond: (loops * 1000) / (after.lastLoopAt - before.lastLoopAt),
    commandsPerLoop: (after.commands - before.commands) / loops,
    roundTripsPerLoop: (after.roundTrips - before.roundTrips) / loops,
    bytesPerLoop: (after.bytes - before.bytes) / loops,
    cpuMsPerLoop: Object.fromEntries(cpu.map(([service, s]) => [service, (s * 1000) / loops])),
    load: Object.fromEntries(cpu.map(([service, s]) => [service, s / elapsed])),
    ...(await memoryOf(pids)),
  };
}

type Figures = Record<string, number | Record<string, number>>;

/** Combines observations into one, applying `reduce` to each field, including the fields of nested records. */
export function combine<T extends { [key in keyof T]: Figures[string] }>(
  all: T[],
  reduce: (values: number[]) => number,
): T {
  const combineRows = (rows: Figures[]): Figures => {
    const fields = Object.keys(rows[0] ?? {});
    return Object.fromEntries(
      fields.map((field) => [field, combineColumn(rows.map((row) => row[field]))]),
    );
  };
  const combineColumn = (column: (Figures[string] | undefined)[]): Figures[string] =>
    column.every((value) => typeof value === 'number')
      ? reduce(column)
      : (combineRows(column as Figures[]) as Record<string, number>);
  return combineRows(all) as T;
}

/** Returns the memory of all keys in MiB, except the wallet, which grows with the coins by contract. */
export async function redisMebibytes(redis: Redis): Promise<number> {
  const names = (await redis.keys('*')).filter((name) => name !== keys.wallet);
  const sizes = await redis
    .pipeline(names.map((name) => ['memory', 'USAGE', name, 'SAMPLES', '0']))
    .exec();
  return (sizes ?? []).reduce((sum, [, size]) => sum + Number(size), 0) / 2 ** 20;
}

/** Returns the number of completed loops of these queues. */
export async function countLoops(redis: RedisClient, queues = [QUEUE_NAME]): Promise<number> {
  const counts = await Promise.all(
    queues.map((queue) => redis.hget(queueKeys(queue).completedCount, 'count')),
  );
  return counts.reduce((sum, count) => sum + Number(count), 0);
}

const serviceOf = (name: string) => name.replace(/-\d+$/, '');

async function sample(redis: Redis, pids: Map<string, number>): Promise<Sample> {
  const [info, replies] = await Promise.all([
    redis.info('stats'),
    redis
      .multi()
      .hget(queueKeys().completedCount, 'count')
      .zrevrange(queueKey('completed'), 0, 0, 'WITHSCORES')
      .exec(),
  ]);
  const [count, last] = (replies ?? []).map(([, reply]) => reply) as [string, string[]];
  const stat = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  const cpu = new Map<string, number>();
  for (const [name, pid] of pids) {
    const service = serviceOf(name);
    cpu.set(service, (cpu.get(service) ?? 0) + (await cpuSeconds(pid)));
  }
  return {
    loops: Number(count),
    lastLoopAt: Number(last[1]),
    commands: stat('total_commands_processed'),
    roundTrips: stat('total_reads_processed'),
    bytes: stat('total_net_input_bytes') + stat('total_net_output_bytes'),
    cpu,
  };
}

async function memoryOf(pids: Map<string, number>) {
  const residentMib: Record<string, number> = {};
  let totalMib = 0;
  for (const [name, pid] of pids) {
    const service = serviceOf(name);
    const mebibytes = await residentMebibytes(pid);
    residentMib[service] = Math.max(residentMib[service] ?? 0, mebibytes);
    totalMib += mebibytes;
  }
  return { residentMib, totalMib };
}
