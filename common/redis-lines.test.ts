import { Writable } from 'node:stream';
import type { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../local/free-port.ts';
import { redisOn } from '../testing/redis-server.ts';
import { until } from '../testing/until.ts';
import { createLogger } from './service/log.ts';
import { workerRedis } from './redis.ts';

interface Choice {
  login?: string;
  LOG_FORMAT?: 'text' | 'json';
}

function open(port: number, { login = '', LOG_FORMAT = 'text' }: Choice = {}) {
  const lines: string[] = [];
  const out = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk).replace(/^[\d:]+ /, ''));
      done();
    },
  });
  const log = createLogger('test', { INSTANCE: 'test', LOG_LEVEL: 'trace', LOG_FORMAT }, out);
  const redis = workerRedis(`redis://${login}127.0.0.1:${port}`, log);
  onTestFinished(() => redis.disconnect());
  return { redis, log, lines };
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
});

describe.each(['text', 'json'] as const)('the log as %s', (LOG_FORMAT) => {
  test('never shows the password of a Redis that is away', async () => {
    const { redis, lines } = open(await freePort(), { login: 'user:geheim@', LOG_FORMAT });
    await away(redis);
    expect(lines.join('')).toContain('is away');
    expect(lines.join('')).not.toContain('geheim');
  });

  test('never shows a password that Redis refused', async () => {
    const port = await freePort();
    await using server = redisOn(port, 'richtig');
    await server.ready;
    const { redis, log, lines } = open(port, { login: 'user:geheim@', LOG_FORMAT });
    const err = await redis.get('hashes').catch((cause: unknown) => cause);
    log.error({ err }, 'a command');
    log.error({ err: new Error('outer', { cause: err }) }, 'what a command was for');
    log.error({ err: new AggregateError([err], 'several') }, 'several commands');
    expect(lines.join('')).toContain('WRONGPASS');
    expect(lines.join('')).not.toContain('geheim');
  });
});
