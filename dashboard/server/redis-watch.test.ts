import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { recordingLog } from '../../tools/stack/log.ts';
import { takeRedis } from '../../test/support/shared-redis.ts';
import { RedisWatch } from './redis-watch.ts';

test("the dashboard warns once when 80% of Redis' memory is used, and says what to do", async () => {
  await using server = await takeRedis();
  const redis = new Redis(server.url);
  onTestFinished(() => redis.disconnect());
  const { log, lines } = recordingLog();
  const watch = new RedisWatch(redis, log);
  await redis.set('ballast', 'x'.repeat(20_000_000)); // what else changes does not matter beside it
  expect(await watch.read()).toMatchObject({ max: null });

  const readAt = async (maxmemory: number) => {
    await redis.config('SET', 'maxmemory', maxmemory);
    return watch.read();
  };
  const { used } = await readAt(100_000_000);
  expect(lines).toEqual([]);
  expect((await readAt(Math.floor(used / 0.9))).max).toBe(Math.floor(used / 0.9));
  await readAt(Math.floor(used / 0.95));
  expect(lines).toEqual([
    expect.stringMatching(
      /^warning: Redis uses \d\d% of its [\d.]+ MiB; .* raise maxmemory, or delete/,
    ),
  ]);
});

test('the dashboard warns once of a policy that lets Redis delete keys, and again if it is another one, or was corrected', async () => {
  await using server = await takeRedis();
  const redis = new Redis(server.url);
  onTestFinished(() => redis.disconnect());
  const { log, lines } = recordingLog();
  const watch = new RedisWatch(redis, log);
  for (const policy of [
    'noeviction',
    'allkeys-lru',
    'allkeys-lru',
    'volatile-ttl',
    'noeviction',
    'volatile-ttl',
  ]) {
    await redis.config('SET', 'maxmemory-policy', policy);
    await watch.read();
  }
  expect(lines).toEqual([
    expect.stringMatching(/^warning: .*maxmemory-policy allkeys-lru.*set it to noeviction/),
    expect.stringMatching(/^warning: .*maxmemory-policy volatile-ttl.*set it to noeviction/),
    expect.stringMatching(/^warning: .*maxmemory-policy volatile-ttl.*set it to noeviction/),
  ]);
});

/** Refuses what a Redis older than 7.0 refuses. */
class OldRedis extends Redis {
  override info(...sections: unknown[]): Promise<string> {
    if (sections.length > 1) throw new Error('ERR syntax error');
    return super.info(...(sections as []));
  }
}

test('INFO is read in the way that Redis 6 knows', async () => {
  await using server = await takeRedis();
  const redis = new OldRedis(server.url);
  onTestFinished(() => redis.disconnect());
  expect(await new RedisWatch(redis, recordingLog().log).read()).toMatchObject({
    used: expect.any(Number) as number,
    max: null,
  });
});

test.each([
  ['# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\n', 'valkey-cli'],
  ['# Server\r\nredis_version:7.2.4\r\n', 'redis-cli'],
])('after %j, commands are for %s', async (info, program) => {
  const redis = { info: () => Promise.resolve(info) } as unknown as Redis;
  expect(await new RedisWatch(redis, recordingLog().log).read()).toMatchObject({ program });
});

test("Redis' CPU time only grows", async () => {
  await using server = await takeRedis();
  const redis = new Redis(server.url);
  onTestFinished(() => redis.disconnect());
  const watch = new RedisWatch(redis, recordingLog().log);
  const before = (await watch.read()).cpuMs;
  expect(before).toBeGreaterThan(0);
  expect((await watch.read()).cpuMs).toBeGreaterThanOrEqual(before);
});
