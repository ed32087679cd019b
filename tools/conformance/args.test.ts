import { describe, expect, test } from 'vitest';
import { parseConformanceArgs, partsAt } from './args.ts';

describe('parseConformanceArgs', () => {
  test('parses the addresses of the parts', () => {
    const args = ['--rng', 'http://localhost:8001', '--redis', 'redis://localhost'];
    expect(parseConformanceArgs(args)).toEqual({
      parts: { rng: 'http://localhost:8001', redis: 'redis://localhost' },
      delayMs: 100,
    });
    expect(parseConformanceArgs(['--hasher', 'http://[::1]:80/', '--delay', '500'])).toEqual({
      parts: { hasher: 'http://[::1]:80/' },
      delayMs: 500,
    });
    expect(parseConformanceArgs(['--redis', 'compose']).parts.redis).toBe('compose');
  });

  test.each([
    [['--rng', 'localhost:8001'], '--rng localhost:8001: expected http://<host>[:<port>]'],
    [['--hasher', 'https://a'], '--hasher https://a: expected http://<host>[:<port>]'],
    [
      ['--dashboard', 'http://a/json'],
      '--dashboard http://a/json: expected http://<host>[:<port>]',
    ],
    [['--redis', 'localhost'], '--redis localhost: expected redis://<host>[:<port>], or compose'],
    [['--redis', 'redis://:secret@a'], 'expected redis://<host>[:<port>], or compose'],
    [['--redis', 'redis://a/1'], 'expected redis://<host>[:<port>], or compose'],
    [['--rng', 'http://a', '--delay', '0'], '--delay 0: expected milliseconds from 20 to 10000'],
    [['--rng', 'a', '--redis', 'b'], /^--rng a: .*\n--redis b: /],
    [['--fast'], '--fast: expected one of --rng, --hasher, --redis, --dashboard, --delay'],
    [['http://a'], 'http://a: expected one of --rng, '],
  ])('rejects %j', (args, message) => {
    expect(() => parseConformanceArgs(args)).toThrow(message);
  });

  test('knows the parts of a running stack, except for a Redis that needs a password', () => {
    const origins = { rng: 'http://a', hasher: undefined, dashboard: 'http://b' };
    const redis = 'redis://127.0.0.1:2345';
    expect(partsAt({ ...origins, redisUrl: redis })).toEqual({ ...origins, redis });
    expect(partsAt({ ...origins, redisUrl: 'redis://:secret@a' }).redis).toBeUndefined();
    const withPassword = { ...origins, redisUrl: redis, redisPassword: 'secret' };
    expect(partsAt(withPassword)).toEqual({ ...origins, redis: undefined });
  });
});
