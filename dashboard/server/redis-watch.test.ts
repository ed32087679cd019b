import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { recordingLog } from '../../tools/stack/log.ts';
import { takeRedis } from '../../test/support/shared-redis.ts';
import { RedisWatch } from './redis-watch.ts';

/** Answers INFO with what a test says, because what a real Redis uses changes all the time. */
const answering = (info: () => string) =>
  ({ info: () => Promise.resolve(info()) }) as unknown as Redis;

test("the dashboard warns when 80% of Redis' memory is used, and again after less was used, and says what to do", async () => {
  const { log, lines } = recordingLog();
  const percents = [79, 80, 95, 79, 90];
  const info = () => `used_memory:${percents.shift()}000000\r\nmaxmemory:100000000\r\n`;
  const watch = new RedisWatch(answering(info), log);
  while (percents.length > 0) await watch.read();
  const warning = (percent: number) =>
    `warning: Redis uses ${percent}% of its 95.4 MiB; mining stops when it is full: raise maxmemory, or delete the wallet (DEL wallet)\n`;
  expect(lines).toEqual([warning(80), warning(90)]);
});

test("Redis' memory and its limit are read, and without a limit there is no warning", async () => {
  await using server = await takeRedis();
  const redis = new Redis(server.url);
  onTestFinished(() => redis.disconnect());
  const { log, lines } = recordingLog();
  const watch = new RedisWatch(redis, log);
  expect(await watch.read()).toMatchObject({ max: null });
  await redis.config('SET', 'maxmemory', 1_000_000_000);
  const { used, max } = await watch.read();
  expect(max).toBe(1_000_000_000);
  expect(used).toBeGreaterThan(100_000); // an empty Redis needs more
  expect(lines).toEqual([]);
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
  const read = await new RedisWatch(
    answering(() => info),
    recordingLog().log,
  ).read();
  expect(read).toMatchObject({ program });
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
