import type { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../local/free-port.ts';
import { silentLog as log } from '../testing/log.ts';
import { redisOn } from '../testing/redis-server.ts';
import { until } from '../testing/until.ts';
import { checkRedis, failFastRedis, workerRedis } from './redis.ts';

function open(connect: typeof failFastRedis, port: number): Redis {
  const redis = connect(`redis://127.0.0.1:${port}`, log);
  onTestFinished(() => redis.disconnect());
  return redis;
}

const ready = (redis: Redis) => until('Redis is ready', () => redis.status === 'ready');
const away = (redis: Redis) => until('Redis is away', () => redis.status === 'reconnecting');

describe('a hasty connection', () => {
  test('fails at once while Redis is away', async () => {
    const redis = open(failFastRedis, await freePort());
    await expect(redis.get('hashes')).rejects.toThrow("Stream isn't writeable");
  });

  test('works when Redis is there again', async () => {
    const port = await freePort();
    const redis = open(failFastRedis, port);
    await away(redis);
    await using server = redisOn(port);
    await server.ready;
    await ready(redis);
    expect(await redis.incr('hashes')).toBe(1);
  });

  test('does not keep what failed for later', async () => {
    const port = await freePort();
    const redis = open(failFastRedis, port);
    await redis.incr('hashes').catch(() => undefined);
    await using server = redisOn(port);
    await server.ready;
    await ready(redis);
    expect(await redis.get('hashes')).toBeNull();
  });
});

test('a hasty connection fails after 2 s where Redis hangs', async () => {
  const port = await freePort();
  await using server = redisOn(port);
  await server.ready;
  const redis = open(failFastRedis, port);
  await ready(redis);
  await redis.client('PAUSE', 60_000, 'ALL');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const failing = expect(redis.get('hashes')).rejects.toThrow('Command timed out');
  await vi.advanceTimersByTimeAsync(2000);
  await failing;
});

describe('a patient connection', () => {
  test('waits until Redis is there, then does what it was asked', async () => {
    const port = await freePort();
    const redis = open(workerRedis, port);
    const answer = redis.incr('hashes');
    await away(redis);
    await using server = redisOn(port);
    await server.ready;
    await ready(redis);
    expect(await answer).toBe(1);
  });

  test('waits too where Redis goes away in between', async () => {
    const port = await freePort();
    const redis = open(workerRedis, port);
    const first = redisOn(port);
    await first.ready;
    await redis.ping();
    await first[Symbol.asyncDispose]();
    const answer = redis.ping();
    await using second = redisOn(port);
    await second.ready;
    await ready(redis);
    expect(await answer).toBe('PONG');
  });
});

describe('the check', () => {
  test('passes where Redis answers', async () => {
    const port = await freePort();
    const redis = open(failFastRedis, port);
    await using server = redisOn(port);
    await server.ready;
    await ready(redis);
    await expect(checkRedis(redis)).resolves.toBeUndefined();
  });

  test('fails at once where there is no connection, also on a patient one', async () => {
    const redis = open(workerRedis, await freePort());
    await away(redis);
    await expect(checkRedis(redis)).rejects.toThrow(/^not connected \(/);
  });
});
