import { expect, test } from 'vitest';
import { openQueue } from '@dockercoins/common/queue';
import { failFastRedis } from '@dockercoins/common/redis';
import { freePort } from '../../local/free-port.ts';
import { silentLog as log } from '../../testing/log.ts';
import { redisOn } from '../../testing/redis-server.ts';
import { until } from '../../testing/until.ts';
import { Broadcast } from './broadcast.ts';
import { runLive } from './live.ts';

test(
  'viewers are told that Redis is away, and get frames again when it is back',
  { timeout: 15_000 },
  async () => {
    await using running = new AsyncDisposableStack();
    const port = await freePort();
    const first = redisOn(port);
    await first.ready;
    const redis = running.adopt(failFastRedis(`redis://127.0.0.1:${port}`, log), (it) =>
      it.disconnect(),
    );
    const queue = running.adopt(openQueue(redis, log), (it) => it.close());
    const broadcast = new Broadcast();
    const stop = new AbortController();
    const live = runLive({ redis, queue, broadcast, writable: false, log }, stop.signal);
    running.defer(() => {
      stop.abort();
      return live;
    });
    const latest = () => JSON.parse(broadcast.latest ?? '{}') as Record<string, unknown>;
    const untilAway = () => until('an outage', () => 'away' in latest() && latest());
    const untilFrame = () => until('a frame', () => 'speed' in latest() && latest());

    await untilFrame();
    await first[Symbol.asyncDispose]();
    expect(await untilAway()).toEqual({
      at: expect.closeTo(Date.now() / 1000, -1) as number,
      away: true,
      reason: expect.stringMatching(/./) as string,
    });
    await using second = redisOn(port);
    await second.ready;
    expect(await untilFrame()).toMatchObject({ loops: 0 });
  },
);
