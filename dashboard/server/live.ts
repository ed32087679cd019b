/**
 * Once a second: look at Redis, work out the frame, remember it, send it to all viewers.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Logger } from '@dockercoins/common/log';
import type { LoopQueue } from '@dockercoins/common/queue';
import type { Frame, Outage, Point } from '../frame.ts';
import type { Broadcast } from './broadcast.ts';
import { remember } from './history.ts';
import { slide, speedOf, type Mark } from './rate.ts';
import { takeSample, type SeenMiner } from './sample.ts';

/** A miner that has been silent for longer is not counted: it reports once a second. */
const ALIVE_MS = 3500;

export interface LiveOptions {
  redis: Redis;
  queue: LoopQueue;
  broadcast: Broadcast;
  log: Logger;
}

/** Looks at each full second until `signal` is aborted. */
export async function runLive({ redis, queue, broadcast, log }: LiveOptions, signal: AbortSignal) {
  let marks: Mark[] = [];
  while (await nextSecond(signal)) {
    let message: Frame | Outage;
    try {
      const sample = await takeSample(redis, queue);
      marks = slide(marks, sample.mark);
      const { point, ...rest } = frameOf(sample, marks);
      await remember(redis, point);
      message = { ...point, ...rest };
    } catch (err) {
      log.debug({ err }, 'no sample');
      message = { at: Math.floor(Date.now() / 1000), away: (err as Error).message };
    }
    broadcast.send(JSON.stringify(message));
  }
}

function frameOf(
  { mark, hashes, coins, queue, miners }: Awaited<ReturnType<typeof takeSample>>,
  marks: Mark[],
) {
  const alive = miners.filter(({ silentMs }) => silentMs <= ALIVE_MS);
  const point: Point = {
    at: Math.round(mark.at / 1000),
    speed: speedOf(marks),
    loops: mark.loops,
    hashes,
    miners: alive.length,
    rng: countReplicas(alive, 'rng'),
    hasher: countReplicas(alive, 'hasher'),
  };
  return { point, coins, queue };
}

function countReplicas(miners: SeenMiner[], upstream: 'rng' | 'hasher'): number {
  return new Set(miners.flatMap(({ replicas }) => replicas[upstream].map(({ name }) => name))).size;
}

/** Resolves with true at the next full second, with false when `signal` is aborted before. */
async function nextSecond(signal: AbortSignal): Promise<boolean> {
  try {
    return await sleep(1000 - (Date.now() % 1000), true, { signal });
  } catch {
    return false;
  }
}
