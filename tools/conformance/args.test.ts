import { describe, expect, test } from 'vitest';
import { parseConformanceArgs } from './args.ts';

describe('parseConformanceArgs', () => {
  test('parses the addresses of the parts', () => {
    const args = ['--rng', 'http://localhost:8001', '--redis', 'redis://localhost'];
    expect(parseConformanceArgs(args)).toEqual({
      rng: 'http://localhost:8001',
      redis: 'redis://localhost',
      delayMs: 100,
    });
    expect(parseConformanceArgs(['--hasher', 'http://[::1]:80/', '--delay', '500'])).toEqual({
      hasher: 'http://[::1]:80/',
      delayMs: 500,
    });
    expect(parseConformanceArgs(['--redis', 'compose'])?.redis).toBe('compose');
  });

  test('returns undefined for --help', () => {
    expect(parseConformanceArgs(['--help'])).toBeUndefined();
  });

  test.each([
    [[], 'no part was given: expected at least one of --rng, --hasher, --redis, --dashboard'],
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
    [['--fast'], "Unknown option '--fast'"],
    [['http://a'], "Unexpected argument 'http://a'"],
  ])('rejects %j', (args, message) => {
    expect(() => parseConformanceArgs(args)).toThrow(message);
  });
});
