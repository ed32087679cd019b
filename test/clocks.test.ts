import { setInterval } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queueKeys } from '@dockercoins/common/queue-keys';
import type { Frame, Point } from '../dashboard/frame.ts';
import { speedOf } from '../dashboard/server/rate.ts';
import { freePort } from '../local/free-port.ts';
import { SteerableClock } from '../testing/clock.ts';
import { redisOn } from '../testing/redis-server.ts';
import { startService } from '../testing/service.ts';
import { until } from '../testing/until.ts';

const HOUR = 3600;
const MINERS = 4;
/** The speed is taken over so many seconds. */
const WINDOW = 5;

/** A frame, and when it came by our own clock. */
interface Seen {
  frame: Frame;
  at: number;
}

const running = new AsyncDisposableStack();
const clocks = {
  redis: running.use(new SteerableClock()),
  dashboard: running.use(new SteerableClock(-5)),
  miner: running.use(new SteerableClock(5)),
};
const seen: Seen[] = [];
/** When each loop was completed, by our own clock; NaN if not known well enough. */
const loopTimes: number[] = [];
let dashboard: string;
let observer: Redis;

beforeAll(async () => {
  const server = running.use(redisOn(await freePort(), undefined, clocks.redis.env));
  await server.ready;
  observer = running.adopt(new Redis(server.url), (it) => it.disconnect());
  const start = async (entry: string, env: Record<string, string> = {}) => {
    const all = { REDIS_URL: server.url, LOG_LEVEL: 'silent', ...env };
    const { port } = running.use(await startService(entry, all));
    return `http://127.0.0.1:${port}`;
  };
  const [rng, hasher] = await Promise.all([start('rng/main.ts'), start('hasher/main.ts')]);
  dashboard = await start('dashboard/server/main.ts', clocks.dashboard.env);
  await start('producer/main.ts');
  const slow = running.use(new SteerableClock(-5));
  for (const env of [clocks.miner.env, slow.env, {}, {}]) {
    await start('miner/main.ts', { RNG_URL: rng, HASHER_URL: hasher, ...env });
  }

  const stop = new AbortController();
  const watching = [watchLoops(stop.signal), watchFrames(stop.signal)];
  running.defer(async () => {
    stop.abort();
    await Promise.all(watching);
  });
  await until('all miners mine', () => seen.at(-1)?.frame.miners === MINERS, 20_000);
  await framesLater(WINDOW + 2); // the window of the speed is full
});
afterAll(() => running.disposeAsync());

/** Looks often enough to know to a few milliseconds when a loop ended: a thousandth of the window. */
async function watchLoops(signal: AbortSignal): Promise<void> {
  try {
    let lookedAt = performance.now();
    for await (const redis of setInterval(5, observer, { signal })) {
      const loops = Number(await redis.hget(queueKeys.completedCount, 'count'));
      const now = performance.now();
      const isExact = now - lookedAt < 30; // a busy machine may have held us up
      while (loopTimes.length < loops) loopTimes.push(isExact ? now : NaN);
      lookedAt = now;
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
        seen.push({ frame: JSON.parse(data) as Frame, at: performance.now() });
      }
    }
  } catch (err) {
    if (!signal.aborted) throw err;
  }
}

/** Resolves to the frames that came since, as soon as there are so many. */
async function framesLater(count: number): Promise<Seen[]> {
  const before = seen.length;
  await until(`${count} frames`, () => seen.length >= before + count, 2000 * count);
  return seen.slice(before);
}

/**
 * How far the speed in the newest of these frames is from what our own clock allows; NaN if that is not known. Two
 * things are a matter of milliseconds: whether the look 5 s ago is still in the window, and when the newest was taken.
 */
function errorOf(frames: Seen[]): number {
  const marks = frames.map(({ frame: { loops }, at }) => {
    return { at, loops, lastLoopAt: loopTimes[loops - 1] ?? NaN };
  });
  const { loops = NaN, lastLoopAt = NaN } = marks.at(-1) ?? {};
  const early = [...marks.slice(0, -1), { at: lastLoopAt, loops, lastLoopAt }];
  const allowed = [marks, marks.slice(1), early, early.slice(1)].map((all) => speedOf(all) ?? NaN);
  const told = frames.at(-1)?.frame.speed ?? NaN;
  return Math.max(told / Math.max(...allowed) - 1, 1 - told / Math.min(...allowed), 0);
}

function* figuresIn(value: unknown): Generator<number> {
  if (typeof value === 'number') yield value;
  else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) yield* figuresIn(part);
  }
}

const history = async (seconds: number) =>
  (await (await fetch(`${dashboard}/api/history?seconds=${seconds}`)).json()) as Point[];

/** Sets a clock, and returns what comes in the seconds after that, with the window before it. */
async function step(clock: SteerableClock, offset: number): Promise<Seen[]> {
  clock.set(offset);
  const before = seen.slice(-WINDOW - 1);
  return [...before, ...(await framesLater(WINDOW + 1))];
}

/** The speed may be this far off. */
const TOLERANCE = 0.02;

/**
 * If somebody sets Redis' clock back, BullMQ's event ids no longer say when a loop ended. Its end is then known only to
 * the time between two loops: one in about fifty in the window.
 */
const TOLERANCE_WITHOUT_EVENT_TIMES = 0.04;

function expectRight(frames: Seen[], tolerance = TOLERANCE): void {
  const errors = frames.slice(WINDOW).map((_, n) => errorOf(frames.slice(n, n + WINDOW + 1)));
  const known = errors.filter((error) => !Number.isNaN(error));
  expect(known).not.toEqual([]);
  expect(Math.max(...known)).toBeLessThan(tolerance);
  for (const [index, { frame, at }] of frames.entries()) {
    expect(frame.speed).toBeGreaterThan(0);
    expect(Math.min(...figuresIn(frame))).toBeGreaterThanOrEqual(0);
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
    'when the clocks of a miner and the dashboard are set to %i s',
    async (offset) => {
      clocks.miner.set(offset);
      const frames = await step(clocks.dashboard, offset);
      expectRight(frames);
      for (const { frame } of frames) expect(frame.miners).toBe(MINERS);
      expect((await history(WINDOW)).length).toBeGreaterThanOrEqual(WINDOW - 1);
    },
  );

  test.each([HOUR, 0, -HOUR])('when Redis’ clock is set to %i s', async (offset) => {
    const frames = await step(clocks.redis, offset);
    expectRight(frames, TOLERANCE_WITHOUT_EVENT_TIMES);
    const shaken = frames.filter(({ frame }) => frame.miners < MINERS);
    expect(shaken.length).toBeLessThanOrEqual(2); // a miner is back within a second
    expect((await history(WINDOW)).length).toBeGreaterThanOrEqual(WINDOW - 1);
  });
});
