/**
 * Once a second: reads Redis, builds the frame, adds its point to the history and sends it to all viewers.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@dockercoins/common/log/log';
import type { LoopQueue } from '@dockercoins/common/queue/queue';
import { connectionError, isUnreachable, type RedisClient } from '@dockercoins/common/queue/redis';
import { RedisClock } from '@dockercoins/common/queue/redis-clock';
import { refusalOf } from '@dockercoins/common/redis-refusal';
import { WarnOnce } from '@dockercoins/common/log/warn-once';
import { pointOf, type Frame, type Outage } from '../frame/frame.ts';
import type { Broadcast } from './broadcast.ts';
import type { Commands } from '../frame/commands.ts';
import { FrameBuilder } from '../frame/frame-builder.ts';
import { addPoint } from './history.ts';
import { Machine } from './machine.ts';
import { outageOf } from '../frame/problems.ts';
import { RedisWatch } from './redis-watch.ts';
import { takeSample } from './take-sample.ts';

export interface LiveOptions {
  redis: RedisClient;
  queues: LoopQueue[];
  broadcast: Broadcast;
  /** True if the queue can be changed through the dashboard. */
  writable: boolean;
  /** What users type, for the advice. */
  commands: Commands;
  /** Whether the page lists problems without being asked. */
  showProblems: boolean;
  log: Logger;
}

const NOT_YET = new Error('not connected yet');

/** Runs at each whole second of Redis' clock until `signal` is aborted. */
export async function runLive(options: LiveOptions, signal: AbortSignal): Promise<void> {
  const { redis, queues, broadcast, writable, commands, showProblems, log } = options;
  const frames = new FrameBuilder(writable, commands, showProblems);
  const redisWatch = new RedisWatch(redis, log);
  const machine = new Machine();
  const clock = new RedisClock();
  const readErrors = new WarnOnce(log, 'cannot read data from Redis');
  const historyErrors = new WarnOnce(log, 'cannot write the history');

  let refusal: string | null = null;

  async function makeFrame(): Promise<Frame | Outage> {
    try {
      const [sample, use] = await Promise.all([takeSample(redis, queues), redisWatch.read()]);
      clock.set(sample.time);
      const { cpuMs, program, ...memory } = use;
      const state = { ...memory, refusal, cli: commands.redis(program) };
      const frame = frames.build(sample, state, cpuMs, machine.read());
      readErrors.recovered();
      return frame;
    } catch (err) {
      refusal = null; // it may refuse something else, or nothing, once it is back
      return outage(err as Error);
    }
  }

  function outage(err: Error): Outage {
    const isConnected = !isUnreachable(redis, err);
    if (isConnected) readErrors.warn(err); // otherwise the connection logs it
    const cause = redis.status === 'ready' ? err : (connectionError(redis) ?? NOT_YET);
    const unreachable = !isConnected && refusalOf(cause) === undefined;
    return {
      at: Math.floor(clock.now() / 1000),
      unreachable,
      reason: cause.message,
      problem: outageOf(unreachable, cause, commands),
    };
  }

  async function writeHistory(frame: Frame): Promise<void> {
    refusal = null;
    try {
      await addPoint(redis, pointOf(frame));
      historyErrors.recovered();
    } catch (err) {
      if (isUnreachable(redis, err as Error)) return;
      refusal = (err as Error).message;
      historyErrors.warn(err);
    }
  }

  while (await nextSecond(clock, signal)) {
    const message = await makeFrame();
    if (!('unreachable' in message)) await writeHistory(message);
    broadcast.send(JSON.stringify(message));
  }
}

/** Resolves to true at the next whole second, or to false as soon as `signal` is aborted. */
async function nextSecond(clock: RedisClock, signal: AbortSignal): Promise<boolean> {
  try {
    return await sleep(1000 - (clock.now() % 1000), true, { signal });
  } catch {
    return false;
  }
}
