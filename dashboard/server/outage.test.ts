import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { expect, test } from 'vitest';
import { createLogger } from '@dockercoins/common/log';
import { openQueue } from '@dockercoins/common/queue';
import { hastyRedis } from '@dockercoins/common/redis';
import { redisAnswers, redisCommand } from '../../local/redis.ts';
import { until } from '../../test/support/until.ts';
import { Broadcast } from './broadcast.ts';
import { runLive } from './live.ts';

const log = createLogger('test', { INSTANCE: 'test', LOG_LEVEL: 'silent', LOG_FORMAT: 'text' });

test(
  'viewers are told that Redis is away, and get frames again when it is back',
  { timeout: 15_000 },
  async () => {
    await using running = new AsyncDisposableStack();
    const port = await getPort();
    const first = redisOn(port);
    await first.ready;
    const redis = running.adopt(hastyRedis(`redis://127.0.0.1:${port}`, log), (it) =>
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
      away: expect.stringMatching(/./) as string,
    });
    await using second = redisOn(port);
    await second.ready;
    expect(await untilFrame()).toMatchObject({ loops: 0 });
  },
);

/** A Redis on this port, with no data. */
function redisOn(port: number) {
  const dir = mkdtempSync(join(tmpdir(), 'dockercoins-redis-'));
  const [file = '', ...args] = redisCommand(port, dir);
  const server = spawn(file, args, { stdio: 'ignore' });
  return {
    ready: redisAnswers(`redis://127.0.0.1:${port}`, 5000),
    async [Symbol.asyncDispose]() {
      server.kill();
      await once(server, 'exit');
      rmSync(dir, { recursive: true });
    },
  };
}
