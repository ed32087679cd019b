import { describe, expect, test } from 'vitest';
import {
  choice,
  describeSettings,
  integer,
  milliseconds,
  origins,
  port,
  readEnv,
  redisUrl,
  secret,
  slots,
  text,
  word,
} from './env.ts';

const settings = {
  COUNT: integer(5, 2, 9, 'how many'),
  WAIT_MS: milliseconds(100, 'how long'),
  SLOTS: slots(1, 'at once'),
  PORT: port(80, 'where'),
  FORMAT: choice(['text', 'json'], 'text', 'how'),
  NAME: text('nobody', 'who'),
  INSTANCE: word('rng-1', 'which'),
  PASSWORD: secret('what nobody sees'),
  REDIS_URL: redisUrl('redis://redis:6379', 'Redis'),
  RNG_URL: origins('http://rng', 'rng'),
};

const read = (env: NodeJS.ProcessEnv) => readEnv(settings, env);
const reading = (env: NodeJS.ProcessEnv) => () => read(env);

const defaults = {
  COUNT: 5,
  WAIT_MS: 100,
  SLOTS: 1,
  PORT: 80,
  FORMAT: 'text',
  NAME: 'nobody',
  INSTANCE: 'rng-1',
  PASSWORD: undefined,
  REDIS_URL: 'redis://redis:6379',
  RNG_URL: ['http://rng'],
};

describe('the settings', () => {
  test('have their defaults where nothing is set', () => {
    expect(read({})).toEqual(defaults);
  });

  test('have their defaults where a variable is empty', () => {
    const empty = Object.fromEntries(Object.keys(settings).map((name) => [name, '']));
    expect(read(empty)).toEqual(defaults);
  });

  test('cannot be changed', () => {
    expect(read({})).toSatisfy(Object.isFrozen);
  });

  test('hold what was asked for and nothing else', () => {
    expect(Object.keys(read({ HOME: '/root' }))).toEqual(Object.keys(settings));
  });

  test('are described with name, default and help', () => {
    const table = describeSettings(settings);
    expect(table).toContainEqual({ name: 'WAIT_MS', fallback: '100', help: 'how long (ms)' });
    expect(table).toContainEqual({ name: 'SLOTS', fallback: '1', help: 'at once (0 = no limit)' });
    expect(table).toContainEqual({ name: 'RNG_URL', fallback: 'http://rng', help: 'rng' });
    expect(table).toContainEqual({ name: 'PASSWORD', fallback: '', help: 'what nobody sees' });
  });
});

describe('a whole number', () => {
  test.each(['2', '9', '007'])('is read from %s', (COUNT) => {
    expect(read({ COUNT }).COUNT).toBe(Number(COUNT));
  });

  test.each(['1', '10', '-3', '2.5', '3e0', '0x3', ' 3', 'three', '9'.repeat(20)])(
    'is not read from "%s"',
    (COUNT) => {
      expect(reading({ COUNT })).toThrow('expected a whole number from 2 to 9');
    },
  );

  test('is at most an hour for a time', () => {
    expect(read({ WAIT_MS: '3600000' }).WAIT_MS).toBe(3_600_000);
    expect(reading({ WAIT_MS: '3600001' })).toThrow('from 0 to 3600000');
  });

  test('is at most 65535 for a port', () => {
    expect(read({ PORT: '65535' }).PORT).toBe(65_535);
    expect(reading({ PORT: '65536' })).toThrow('from 0 to 65535');
  });
});

describe('a word', () => {
  test.each(['rng-1', 'rng.example:80', '(1)'])('may be %s', (INSTANCE) => {
    expect(read({ INSTANCE }).INSTANCE).toBe(INSTANCE);
  });

  test.each(['my rng', 'rng\n', 'größer', '骰子'])('may not be "%s"', (INSTANCE) => {
    expect(reading({ INSTANCE })).toThrow('expected letters, digits and signs of ASCII');
  });
});

describe('one of a few words', () => {
  test('is read as it is', () => {
    expect(read({ FORMAT: 'json' }).FORMAT).toBe('json');
  });

  test('is refused where it is another', () => {
    expect(reading({ FORMAT: 'xml' })).toThrow('expected one of text, json, found "xml"');
  });
});

describe('the address of Redis', () => {
  test.each(['redis://127.0.0.1:6379/0', 'rediss://user:password@host:6380', 'redis://[::1]:6379'])(
    'may be %s',
    (REDIS_URL) => {
      expect(read({ REDIS_URL }).REDIS_URL).toBe(REDIS_URL);
    },
  );

  test.each([
    'localhost:6379',
    'http://redis:6379',
    'redis://',
    'redis',
    'redis://redis/first',
    'redis://u:%@redis',
    'redis://redis?sentinels=3',
    'redis://user:12#34@redis',
  ])('may not be %s', (REDIS_URL) => {
    expect(reading({ REDIS_URL })).toThrow('expected an address like redis://host:6379/0');
  });
});

describe('origins', () => {
  test.each([
    ['http://rng', ['http://rng']],
    ['https://rng.example', ['https://rng.example']],
    ['http://a:8001,http://b:8011', ['http://a:8001', 'http://b:8011']],
    ['http://a:8001 , http://b:8011', ['http://a:8001', 'http://b:8011']],
    ['http://a:8001/', ['http://a:8001']],
    ['http://[::1]:8001', ['http://[::1]:8001']],
    ['http://RNG:8001', ['http://rng:8001']],
    ['http://rng:80,https://rng:443', ['http://rng', 'https://rng']],
  ])('are read from "%s"', (RNG_URL, list) => {
    expect(read({ RNG_URL }).RNG_URL).toEqual(list);
  });

  test.each([
    'rng:8001',
    'ftp://rng',
    'http://rng/path',
    'http://rng?query',
    'http://user@rng',
    'http://a:8001,',
    'http://a:8001 http://b:8001',
  ])('are not read from "%s"', (RNG_URL) => {
    expect(reading({ RNG_URL })).toThrow('expected one or several addresses like http://host:8001');
  });
});

describe('a password in an address is not shown', () => {
  test.each([
    ['http://u:geheim@h:1', '"http://***@h:1"'],
    ['http://u:ge/he@im@h:1', '"http://***@h:1"'],
    ['http:u:geheim@h', '"***@h"'],
    ['u:geheim@h', '"***@h"'],
    ['http://h:1,http://u:geheim,x@h:2', '"http://***@h:2"'],
  ])('%s', (RNG_URL, found) => {
    expect(reading({ RNG_URL })).toThrow(`found ${found}`);
  });
});
