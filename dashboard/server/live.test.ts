import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import { openQueue } from '@dockercoins/common/queue/queue';
import { failFastRedis } from '@dockercoins/common/queue/redis';
import { RedisClock } from '@dockercoins/common/queue/redis-clock';
import { freePort } from '../../test/support/free-port.ts';
import { silentLog as log } from '../../tools/stack/log.ts';
import { startTestRedis } from '../../test/support/shared-redis.ts';
import { startSilentProxy } from '../../test/support/silent-proxy.ts';
import { until } from '../../tools/stack/until.ts';
import { pointOf, type Frame, type Outage } from '../frame/frame.ts';
import { Broadcast } from './broadcast.ts';
import { commandsOf } from '../frame/commands.ts';
import { readPoints } from './history.ts';
import { runLive } from './live.ts';

const { server, redis } = await startTestRedis();
let running: AsyncDisposableStack;
beforeEach(() => void (running = new AsyncDisposableStack()));
afterEach(() => running.disposeAsync());

/** Makes the next whole second always be 20 ms away, until the test ends. */
function hurry(): void {
  const second = () => 1000 * Math.floor(Date.now() / 1000);
  const clock = vi.spyOn(RedisClock.prototype, 'now').mockImplementation(() => second() + 980);
  onTestFinished(() => clock.mockRestore());
}

/** Runs the live loop on a Redis until the test ends. */
function startLive(url = server.url) {
  const connection = running.adopt(failFastRedis({ REDIS_URL: url }, log), (it) => it.disconnect());
  const queue = running.adopt(openQueue(connection, log), (it) => it.close());
  const broadcast = new Broadcast();
  const send = vi.spyOn(broadcast, 'send');
  const stop = new AbortController();
  const shown = { writable: false, commands: commandsOf('npm'), showProblems: true };
  const options = { redis: connection, queues: [queue], broadcast, ...shown, log };
  const done = runLive(options, stop.signal);
  running.defer(() => {
    stop.abort();
    return done;
  });
  const latest = () => JSON.parse(broadcast.latest ?? '{}') as Frame | Outage | Partial<Frame>;
  const frameWith = (matches: (frame: Frame) => boolean) =>
    until('a matching frame', () => {
      const frame = latest();
      return 'speed' in frame && matches(frame as Frame) && (frame as Frame);
    });
  const nextFrame = () => frameWith(() => true);
  /** Only the first point of a second is kept. */
  const firstAt = (at: number) =>
    send.mock.calls.map(([message]) => JSON.parse(message) as Frame).find((it) => it.at === at);
  const outage = () =>
    until('Redis is unreachable', () => {
      const message = latest();
      return 'unreachable' in message && message.unreachable && message;
    });
  const outageWith = (reason: RegExp) =>
    until(`an outage because of ${reason}`, () => {
      const message = latest();
      return 'unreachable' in message && reason.test(message.reason) && message;
    });
  return {
    frameWith,
    nextFrame,
    firstAt,
    outage,
    outageWith,
    queue,
    stop: () => stop.abort(),
    done,
  };
}

describe('the live loop', () => {
  test('sends a frame each second and adds its point to the history', async () => {
    const { nextFrame, frameWith, firstAt } = startLive();
    const first = await nextFrame();
    const second = await frameWith(({ at }) => at > first.at);
    const points = await readPoints(redis, 60, second.at);
    for (const { at } of [first, second]) {
      expect(points).toContainEqual(pointOf(firstAt(at) as Frame));
    }
  });

  test('sends what is in Redis', async () => {
    hurry();
    const { frameWith, queue } = startLive();
    await queue.add('loop', {});
    await queue.add('loop', {}, { delay: 60_000 });
    await redis.hset(keys.wallet, { coin: 'bytes' });
    await redis.set(keys.incident, '1');
    await redis.set(keys.hashes, '7');
    const frame = await frameWith(({ hashes }) => hashes === 7);
    expect(frame).toMatchObject({
      coins: 1,
      queue: { waiting: 1, delayed: 1 },
      showsProblems: false,
    });
    await redis.del(keys.incident);
    await frameWith(({ showsProblems }) => showsProblems);
  });

  test('keeps sending frames, without history, while Redis is full', async () => {
    hurry();
    const { nextFrame, frameWith } = startLive();
    await nextFrame();
    await redis.config('SET', 'maxmemory', '1');
    onTestFinished(() => void redis.config('SET', 'maxmemory', '0'));
    const [second] = await redis.time(); // the points so far are of this second, or rounded up
    const later = await frameWith(({ at }) => at > Number(second) + 1);
    expect(await readPoints(redis, 60, later.at)).not.toContainEqual(pointOf(later));
  });

  test('sends an outage while Redis is unreachable, and frames again afterward', async () => {
    hurry();
    const port = await freePort();
    const proxy = await startSilentProxy(server.port, port);
    const { nextFrame, outage } = startLive(`redis://127.0.0.1:${port}`);

    await nextFrame();
    const before = Math.floor(Date.now() / 1000);
    await proxy[Symbol.asyncDispose]();
    const message = await outage();
    expect(message.at).toBeGreaterThanOrEqual(before);
    expect(message.at).toBeLessThanOrEqual(Date.now() / 1000);
    running.use(await startSilentProxy(server.port, port));
    expect(await nextFrame()).toMatchObject({ loops: 0 });
  });

  test('gives the current reason of an outage and what to do, however often the reason changes', async () => {
    hurry();
    const user = `reader-${server.port}`;
    const may = (...rules: string[]) => redis.call('ACL', 'SETUSER', user, ...rules);
    await may('on', '>secret', '~*', '&*', '+@all');
    onTestFinished(() => void redis.call('ACL', 'DELUSER', user));
    const port = await freePort();
    let proxy = await startSilentProxy(server.port, port);
    running.defer(() => proxy[Symbol.asyncDispose]());
    const url = `redis://${user}:secret@127.0.0.1:${port}${new URL(server.url).pathname}`;
    const { nextFrame, outageWith } = startLive(url);
    await nextFrame();

    await may('-hlen');
    expect(await outageWith(/^NOPERM/)).toMatchObject({
      unreachable: false,
      problem: {
        severity: 'error',
        text: 'Redis refuses reads: its user lacks a permission. The figures below are old.',
        advice: expect.stringContaining('docs/security.md') as string,
      },
    });
    await proxy[Symbol.asyncDispose]();
    expect(await outageWith(/ECONNREFUSED/)).toMatchObject({
      unreachable: true,
      problem: { text: expect.stringMatching(/^Redis is unreachable \(.*ECONNREFUSED/) as string },
    });
    await may('resetpass', '>other');
    proxy = await startSilentProxy(server.port, port);
    expect(await outageWith(/^WRONGPASS/)).toMatchObject({
      unreachable: false,
      problem: { text: expect.stringContaining('it rejects the login') as string },
    });
    await may('>secret', '+hlen');
    await nextFrame();
  });

  test('forgets which writes were refused before an outage', async () => {
    hurry();
    const { frameWith, nextFrame, outageWith } = startLive();
    await nextFrame();
    await redis.config('SET', 'maxmemory', '1');
    onTestFinished(() => void redis.config('SET', 'maxmemory', '0'));
    await frameWith((frame) => frame.redis.refusal !== null);
    await redis.config('SET', 'maxmemory', '0');
    await redis.set(keys.wallet, 'unreadable');
    await outageWith(/^WRONGTYPE/);
    await redis.del(keys.wallet);
    expect((await nextFrame()).redis.refusal).toBeNull();
  });

  test('ends when the signal is aborted', async () => {
    const { stop, done } = startLive();
    stop();
    await expect(done).resolves.toBeUndefined();
  });
});
