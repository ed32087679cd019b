/**
 * Once a second: look at Redis, make the frame, remember its point, send it to all viewers.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Logger } from '@dockercoins/common/log';
import type { LoopQueue } from '@dockercoins/common/queue';
import type { Frame, Outage } from '../frame.ts';
import type { Broadcast } from './broadcast.ts';
import { FrameMaker } from './frame.ts';
import { pointOf, remember } from './history.ts';
import { takeSample } from './sample.ts';

export interface LiveOptions {
  redis: Redis;
  queue: LoopQueue;
  broadcast: Broadcast;
  /** Whether the queue may be changed through the dashboard. */
  writable: boolean;
  log: Logger;
}

/** Looks at each full second until `signal` is aborted. */
export async function runLive(options: LiveOptions, signal: AbortSignal): Promise<void> {
  const { redis, queue, broadcast, writable, log } = options;
  const frames = new FrameMaker(writable);
  while (await nextSecond(signal)) {
    let message: Frame | Outage;
    try {
      message = frames.make(await takeSample(redis, queue));
      await remember(redis, pointOf(message));
    } catch (err) {
      log.debug({ err }, 'no sample');
      message = { at: Math.floor(Date.now() / 1000), away: (err as Error).message };
    }
    broadcast.send(JSON.stringify(message));
  }
}

/** Resolves with true at the next full second, with false when `signal` is aborted before. */
async function nextSecond(signal: AbortSignal): Promise<boolean> {
  try {
    return await sleep(1000 - (Date.now() % 1000), true, { signal });
  } catch {
    return false;
  }
}
