/**
 * The dashboard's figures stay right if clocks disagree or are set.
 * @module
 */
import { setInterval } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queueKeys } from '@dockercoins/common/queue/queue-keys';
import type { Frame, Point } from '../../dashboard/frame/frame.ts';
import { speedOf } from '../../dashboard/frame/rate.ts';
import { freePort } from '../support/free-port.ts';
import { SteerableClock } from '../support/clock.ts';
import { redisOn } from '../../tools/stack/redis-server.ts';
import { startService } from '../support/service.ts';
import { until } from '../../tools/stack/until.ts';

const HOUR = 3600;
const MINERS = 4;
/** Seconds over which the speed is measured. */
const WINDOW = 5;

/** A frame, and when it arrived by this test's monotonic clock. */
interface Arrival {
  frame: Frame;
  at: number;
}

const running = new AsyncDisposableStack();
const clocks = {
  redis: running.use(new SteerableClock()),
  dashboard: running.use(new SteerableClock(-5)),
  miner: running.use(new SteerableClock(5)),
};
const arrivals: Arrival[] = [];
/** When each loop was completed, by this test's monotonic clock; NaN if not known to 30 ms. */
const loopTimes: number[] = [];
let dashboard: string;
let observer: Redis;

beforeAll(async () => {
  const server = running.use(redisOn(await freePort(), undefined, clocks.redis.env));
  await server.ready;
  observer = running.adopt(new Redis(server.url), (redis) => redis.disconnect());
  const start = async (entry: string, env: Record<string, string> = {}) => {
    const settings = { REDIS_URL: server.url, LOG_LEVEL: 'silent', ...env };
    const { port } = running.use(await startService(entry, settings));
    return `http://127.0.0.1:${port}`;
  };
  const [rng, hasher] = await Promise.all([start('rng/main.ts'), start('hasher/main.ts')]);
  dashboard = await start('dashboard/server/main.ts', clocks.dashboard.env);
  await start('producer/main.ts');
  const behind = running.use(new SteerableClock(-5));
  for (const env of [clocks.miner.env, behind.env, {}, {}]) {
    await start('miner/main.ts', { RNG_URL: rng, HASHER_URL: hasher, ...env });
  }

  const stop = new AbortController();
  const watchers = [watchLoops(stop.signal), watchFrames(stop.signal)];
  running.defer(async () => {
    stop.abort();
    await Promise.all(watchers);
  });
  await until('all miners report', () => arrivals.at(-1)?.frame.miners === MINERS);
  await nextFrames(WINDOW + 2); // fills the window
});
afterAll(() => running.disposeAsync());

/** Polls often enough to time each loop to a few milliseconds, a thousandth of the window. */
async function watchLoops(signal: AbortSignal): Promise<void> {
  try {
    let polledAt = performance.now();
    for await (const redis of setInterval(5, observer, { signal })) {
      const loops = Number(await redis.hget(queueKeys().completedCount, 'count'));
      const now = performance.now();
      const isExact = now - polledAt < 30; // a busy machine may delay a poll
      while (loopTimes.length < loops) loopTimes.push(isExact ? now : NaN);
      polledAt = now;
    }
  } catch (err) {
    if (!signal.aborted) throw err;
  }
}

async function watchFrames(signal: AbortSignal): Promise<void> {
  try {
    const { body } = await fetch(`${dashboard}/api/events`, { signal });
    for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      for (const [, data = ''] of text.matchAll(/^data: (.*)$/gm)) {
        arrivals.push({ frame: JSON.parse(data) as Frame, at: performance.now() });
      }
    }
  } catch (err) {
    if (!signal.aborted) throw err;
  }
}

/** Waits for the next `count` frames. */
async function nextFrames(count: number): Promise<Arrival[]> {
  const before = arrivals.length;
  await until(`${count} frames have arrived`, () => arrivals.length >= before + count);
  return arrivals.slice(before);
}

/**
 * Returns the relative error of the speed in the newest of these frames; NaN if unknown. Any speed between those of four
 * windows is right: the sample of 5 s ago may just be in the window or not, and the newest was taken some time between
 * its last loop and its arrival.
 */
function errorOf(frames: Arrival[]): number {
  const marks = frames.map(({ frame: { loops }, at }) => {
    return { at, loops, lastLoopAt: loopTimes[loops - 1] ?? NaN };
  });
  const { loops = NaN, lastLoopAt = NaN } = marks.at(-1) ?? {};
  const early = [...marks.slice(0, -1), { at: lastLoopAt, loops, lastLoopAt }];
  const right = [marks, marks.slice(1), early, early.slice(1)].map(
    (window) => speedOf(window) ?? NaN,
  );
  const shown = frames.at(-1)?.frame.speed ?? NaN;
  return Math.max(shown / Math.max(...right) - 1, 1 - shown / Math.min(...right), 0);
}

/** Yields all numbers in a JSON value. */
function* numbersIn(value: unknown): Generator<number> {
  if (typeof value === 'number') yield value;
  else if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) yield* numbersIn(child);
  }
}

const history = async (seconds: number) =>
  (await (await fetch(`${dashboard}/api/history?seconds=${seconds}`)).json()) as Point[];

/** Sets a clock; returns the frames of the window before that and of the one after. */
async function step(clock: SteerableClock, offset: number): Promise<Arrival[]> {
  clock.set(offset);
  const before = arrivals.slice(-WINDOW - 1);
  return [...before, ...(await nextFrames(WINDOW + 1))];
}

/** Largest error of the speed. */
const TOLERANCE = 0.02;

/**
 * If Redis' clock is set back, BullMQ's event ids no longer say when a loop ended. Its end is then known only to the
 * time between two loops, about a fiftieth of the window.
 */
const TOLERANCE_WITHOUT_EVENT_TIMES = 0.04;

function expectRight(frames: Arrival[], tolerance = TOLERANCE): void {
  const errors = frames.slice(WINDOW).map((_, n) => errorOf(frames.slice(n, n + WINDOW + 1)));
  const known = errors.filter((error) => !Number.isNaN(error));
  expect(known).not.toEqual([]);
  expect(Math.max(...known)).toBeLessThan(tolerance);
  for (const [index, { frame, at }] of frames.entries()) {
    expect(frame.speed).toBeGreaterThan(0);
    const { growth, ...queue } = frame.queue; // the only figure with a sign: the backlog may shrink
    expect(growth).toBeTypeOf('number');
    expect(Math.min(...numbersIn({ ...frame, queue }))).toBeGreaterThanOrEqual(0);
    expect(at - (frames[index - 1]?.at ?? at)).toBeLessThan(3000);
  }
}

describe('the figures stay right', () => {
  test('while clocks are 5 s apart', async () => {
    const frames = await step(clocks.miner, 5);
    expectRight(frames);
    expect(frames.map(({ frame }) => frame.miners)).not.toContain(MINERS - 1);
  });

  test.each([HOUR, -HOUR])(
    'when the clocks of a miner and the dashboard are set to an offset of %i s',
    async (offset) => {
      clocks.miner.set(offset);
      const frames = await step(clocks.dashboard, offset);
      expectRight(frames);
      for (const { frame } of frames) expect(frame.miners).toBe(MINERS);
      expect((await history(WINDOW)).length).toBeGreaterThanOrEqual(WINDOW - 1);
    },
  );

  test.each([HOUR, 0, -HOUR])("when Redis' clock is set to an offset of %i s", async (offset) => {
    const frames = await step(clocks.redis, offset);
    expectRight(frames, TOLERANCE_WITHOUT_EVENT_TIMES);
    const incomplete = frames.filter(({ frame }) => frame.miners < MINERS);
    expect(incomplete.length).toBeLessThanOrEqual(2); // miners report again within a second
    expect((await history(WINDOW)).length).toBeGreaterThanOrEqual(WINDOW - 1);
  });
});
