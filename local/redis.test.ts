import { describe, expect, test } from 'vitest';
import { redisOn } from '../testing/redis-server.ts';
import { freePort } from './free-port.ts';
import { whyNoRedis } from './redis.ts';

describe('why there is no Redis', () => {
  test('nothing to say where it answers', async () => {
    await using server = redisOn(await freePort(), 'geheim');
    await server.ready;
    expect(await whyNoRedis(server.url, 5000)).toBeUndefined();
  });

  test('nobody listens', async () => {
    const port = await freePort();
    expect(await whyNoRedis(`redis://:geheim@127.0.0.1:${port}`, 200)).toBe(
      `no Redis answers at 127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}`,
    );
  });

  test('it hangs', async () => {
    await using server = redisOn(await freePort());
    await server.ready;
    process.kill(server.pid, 'SIGSTOP');
    expect(await whyNoRedis(server.url, 200)).toBe(
      `no Redis answers at 127.0.0.1:${server.port}: it says nothing`,
    );
    process.kill(server.pid, 'SIGCONT');
  });

  test.each([
    ['WRONGPASS', ':falsch@'],
    ['WRONGPASS', 'nobody:geheim@'],
    ['NOAUTH', ''],
  ])('it refuses the login, which is told at once: %s for "%s"', async (code, login) => {
    await using server = redisOn(await freePort(), 'geheim');
    await server.ready;
    const host = `127.0.0.1:${server.port}`;
    expect(await whyNoRedis(`redis://${login}${host}`, 60_000)).toBe(
      `Redis at ${host} refuses the login (${code}): expected its user and password, as in redis://user:password@${host}`,
    );
  });
});
