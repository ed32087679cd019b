import { Writable } from 'node:stream';
import type { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../local/free-port.ts';
import { redisOn } from '../test/support/redis.ts';
import { until } from '../test/support/until.ts';
import { createLogger } from './log.ts';
import { patientRedis } from './redis.ts';

function open(port: number, login = '') {
  const lines: string[] = [];
  const out = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk).replace(/^[\d:]+ /, ''));
      done();
    },
  });
  const config = { INSTANCE: 'test', LOG_LEVEL: 'info', LOG_FORMAT: 'text' } as const;
  const redis = patientRedis(
    `redis://${login}127.0.0.1:${port}`,
    createLogger('test', config, out),
  );
  onTestFinished(() => redis.disconnect());
  return { redis, lines };
}

const ready = (redis: Redis) => until('Redis is ready', () => redis.status === 'ready');
const away = (redis: Redis) => until('Redis is away', () => redis.status === 'reconnecting');

describe('people', () => {
  test('get one line when Redis is away and one when it is back', async () => {
    const port = await freePort();
    const first = redisOn(port);
    await first.ready;
    const { redis, lines } = open(port);
    await ready(redis);
    let tries = 0;
    redis.on('reconnecting', () => tries++);
    await first[Symbol.asyncDispose]();
    await until('it was tried several times', () => tries > 2);
    await using second = redisOn(port);
    await second.ready;
    await ready(redis);
    await until('a line that it is back', () => lines.length > 2);
    const where = `Redis at 127.0.0.1:${port}`;
    expect(lines).toEqual([
      `connected to ${where}\n`,
      `warning: ${where} is away, trying again: connect ECONNREFUSED 127.0.0.1:${port}\n`,
      `${where} is back\n`,
    ]);
  });

  test('never get to see the password of Redis', async () => {
    const port = await freePort();
    const { redis, lines } = open(port, 'user:geheim@');
    await away(redis);
    expect(lines.join('')).not.toContain('geheim');
  });
});
