/**
 * What a stack does and uses over a while.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { keys } from '@dockercoins/common/contract';
import { queueKey } from '@dockercoins/common/queue-keys';
import { processorSeconds, residentMegabytes } from './processes.ts';

interface Reading {
  /** Loops so far, exactly. */
  loops: number;
  /** When the last of them was completed (ms). */
  lastLoopAt: number;
  /** Redis' counters: commands, reads of a socket (a pipeline is one), bytes both ways. */
  commands: number;
  roundTrips: number;
  bytes: number;
  /** Processor seconds by kind of process. */
  processor: Map<string, number>;
}

export interface Observation {
  hashesPerSecond: number;
  commandsPerLoop: number;
  roundTripsPerLoop: number;
  bytesPerLoop: number;
  /** Milliseconds of a core for each loop, by kind of process. */
  cpuMsPerLoop: Record<string, number>;
  /** Share of a core, by kind of process. */
  load: Record<string, number>;
  /** Megabytes of the largest process of its kind. */
  residentMb: Record<string, number>;
  /** Megabytes of all of them. */
  totalMb: number;
}

/** @param pids name of each process, for instance miner-3, → its id */
export async function observe(
  redis: Redis,
  pids: Map<string, number>,
  seconds: number,
): Promise<Observation> {
  const before = await read(redis, pids);
  const began = performance.now();
  await sleep(seconds * 1000);
  const after = await read(redis, pids);
  const took = (performance.now() - began) / 1000;
  const loops = after.loops - before.loops;
  const used = [...after.processor].map(
    ([kind, total]) => [kind, total - (before.processor.get(kind) ?? 0)] as const,
  );
  return {
    hashesPerSecond: (loops * 1000) / (after.lastLoopAt - before.lastLoopAt),
    commandsPerLoop: (after.commands - before.commands) / loops,
    roundTripsPerLoop: (after.roundTrips - before.roundTrips) / loops,
    bytesPerLoop: (after.bytes - before.bytes) / loops,
    cpuMsPerLoop: Object.fromEntries(used.map(([kind, s]) => [kind, (s * 1000) / loops])),
    load: Object.fromEntries(used.map(([kind, s]) => [kind, s / took])),
    ...(await memoryOf(pids)),
  };
}

type Figures = Record<string, number | Record<string, number>>;

/** Makes one of several observations: each figure by `of`, also those that are told by kind of process. */
export function combine<T extends { [key in keyof T]: Figures[string] }>(
  all: T[],
  of: (values: number[]) => number,
): T {
  const combineRows = (rows: Figures[]): Figures => {
    const keys = Object.keys(rows[0] ?? {});
    return Object.fromEntries(keys.map((key) => [key, combineColumn(rows.map((row) => row[key]))]));
  };
  const combineColumn = (column: (Figures[string] | undefined)[]): Figures[string] =>
    column.every((it) => typeof it === 'number')
      ? of(column)
      : (combineRows(column as Figures[]) as Record<string, number>);
  return combineRows(all) as T;
}

/** Megabytes that all keys take but the wallet, which grows with the coins by contract. */
export async function redisMegabytes(redis: Redis): Promise<number> {
  const names = (await redis.keys('*')).filter((name) => name !== keys.wallet);
  const sizes = await redis
    .pipeline(names.map((name) => ['memory', 'USAGE', name, 'SAMPLES', '0']))
    .exec();
  return (sizes ?? []).reduce((sum, [, size]) => sum + Number(size), 0) / 1e6;
}

/** The exact count of loops. */
export async function countLoops(redis: Redis): Promise<number> {
  return Number(await redis.hget(queueKey('metrics:completed'), 'count'));
}

const kindOf = (name: string) => name.replace(/-\d+$/, '');

async function read(redis: Redis, pids: Map<string, number>): Promise<Reading> {
  const [info, replies] = await Promise.all([
    redis.info('stats'),
    redis
      .multi()
      .hget(queueKey('metrics:completed'), 'count')
      .zrevrange(queueKey('completed'), 0, 0, 'WITHSCORES')
      .exec(),
  ]);
  const [count, last] = (replies ?? []).map(([, reply]) => reply) as [string, string[]];
  const stat = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  const processor = new Map<string, number>();
  for (const [name, pid] of pids) {
    const kind = kindOf(name);
    processor.set(kind, (processor.get(kind) ?? 0) + (await processorSeconds(pid)));
  }
  return {
    loops: Number(count),
    lastLoopAt: Number(last[1]),
    commands: stat('total_commands_processed'),
    roundTrips: stat('total_reads_processed'),
    bytes: stat('total_net_input_bytes') + stat('total_net_output_bytes'),
    processor,
  };
}

async function memoryOf(pids: Map<string, number>) {
  const residentMb: Record<string, number> = {};
  let totalMb = 0;
  for (const [name, pid] of pids) {
    const kind = kindOf(name);
    const megabytes = await residentMegabytes(pid);
    residentMb[kind] = Math.max(residentMb[kind] ?? 0, megabytes);
    totalMb += megabytes;
  }
  return { residentMb, totalMb };
}
