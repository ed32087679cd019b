/**
 * Once a second: read Redis, make the frame, remember its point, send it to all viewers.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Logger } from '@dockercoins/common/service/log';
import type { LoopQueue } from '@dockercoins/common/queue';
import { isAway } from '@dockercoins/common/redis';
import { RedisClock } from '@dockercoins/common/redis-clock';
import { WarnOnce } from '@dockercoins/common/service/warn-once';
import { pointOf, type Frame, type Outage } from '../frame.ts';
import type { Broadcast } from './broadcast.ts';
import { FrameBuilder } from './frame-builder.ts';
import { remember } from './history.ts';
import { MemoryWatch } from './memory.ts';
import { takeSample } from './sample.ts';

export interface LiveOptions {
  redis: Redis;
  queue: LoopQueue;
  broadcast: Broadcast;
  /** True if the queue can be changed through the dashboard. */
  writable: boolean;
  log: Logger;
}

/** Runs at each whole second of Redis' clock until `signal` is aborted. */
export async function runLive(options: LiveOptions, signal: AbortSignal): Promise<void> {
  const { redis, queue, broadcast, writable, log } = options;
  const frames = new FrameBuilder(writable);
  const memory = new MemoryWatch(redis, log);
  const clock = new RedisClock();
  const noFigures = new WarnOnce(log, 'cannot read the figures');
  const noHistory = new WarnOnce(log, 'cannot write the history');

  async function makeFrame(): Promise<Frame | Outage> {
    try {
      const sample = await takeSample(redis, queue);
      clock.set(sample.time);
      const frame = frames.build(sample, await memory.read());
      noFigures.recovered();
      return frame;
    } catch (err) {
      const away = isAway(redis, err as Error);
      if (!away) noFigures.warn(err); // otherwise the connection logs it
      return { at: Math.floor(clock.now() / 1000), away, reason: (err as Error).message };
    }
  }

  async function rememberFrame(frame: Frame): Promise<void> {
    try {
      await remember(redis, pointOf(frame));
      noHistory.recovered();
    } catch (err) {
      if (!isAway(redis, err as Error)) noHistory.warn(err);
    }
  }

  while (await nextSecond(clock, signal)) {
    const message = await makeFrame();
    if (!('away' in message)) await rememberFrame(message);
    broadcast.send(JSON.stringify(message));
  }
}

/** Resolves to true at the next whole second, to false if `signal` is aborted before. */
async function nextSecond(clock: RedisClock, signal: AbortSignal): Promise<boolean> {
  try {
    return await sleep(1000 - (clock.now() % 1000), true, { signal });
  } catch {
    return false;
  }
}
