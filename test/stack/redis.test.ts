import { describe, expect, test } from 'vitest';
import { redisOn } from '../../tools/stack/redis-server.ts';
import { LIMIT_MS, until } from '../../tools/stack/until.ts';
import { freePort } from '../support/free-port.ts';
import { redisProblem } from '../../local/redis.ts';

describe('redisProblem returns', () => {
  test('undefined if Redis responds', async () => {
    await using server = redisOn(await freePort(), 'secret');
    await server.ready;
    expect(await redisProblem({ REDIS_URL: server.url }, LIMIT_MS)).toBeUndefined();
  });

  test('the connection error if nothing listens', async () => {
    const port = await freePort();
    const reason = await until('the system has refused a connection in time', async () => {
      const why = await redisProblem({ REDIS_URL: `redis://:secret@127.0.0.1:${port}` }, 200);
      return why?.endsWith('no response') ? undefined : why;
    });
    expect(reason).toBe(
      `cannot reach Redis at 127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}`,
    );
  });

  test('"no response" if Redis hangs', async () => {
    await using server = redisOn(await freePort());
    await server.ready;
    process.kill(server.pid, 'SIGSTOP');
    expect(await redisProblem({ REDIS_URL: server.url }, 200)).toBe(
      `cannot reach Redis at 127.0.0.1:${server.port}: no response`,
    );
    process.kill(server.pid, 'SIGCONT');
  });

  test.each([
    ['WRONGPASS', ':wrong@'],
    ['WRONGPASS', 'nobody:secret@'],
    ['NOAUTH', ''],
  ])('a rejected login immediately: %s for "%s"', async (code, login) => {
    await using server = redisOn(await freePort(), 'secret');
    await server.ready;
    const host = `127.0.0.1:${server.port}`;
    expect(await redisProblem({ REDIS_URL: `redis://${login}${host}` }, LIMIT_MS)).toBe(
      `Redis at ${host} rejected the login (${code}): expected its user and password, as in redis://user:password@host:6379, or REDIS_PASSWORD`,
    );
  });
});
