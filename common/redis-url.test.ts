import { describe, expect, test } from 'vitest';
import { describeRedis, parseRedisUrl, type RedisAddress } from './redis-url.ts';

const plain: RedisAddress = {
  kind: 'server',
  hosts: [{ host: 'redis', port: 6379 }],
  group: '',
  db: 0,
  family: 0,
  username: undefined,
  password: undefined,
  tls: false,
};
const three = [1, 2, 3].map((n) => ({ host: `s${n}`, port: 26_379 }));

describe('a Redis URL names', () => {
  test.each<[string, Partial<RedisAddress>]>([
    ['redis://redis', {}],
    ['redis://redis:6379/', {}],
    ['redis://redis/3', { db: 3 }],
    ['redis://redis?family=0', {}],
    ['redis://redis/3?family=6', { db: 3, family: 6 }],
    ['redis://redis/?db=3&family=4', { db: 3, family: 4 }],
    ['redis://redis/3?db=3', { db: 3 }],
    ['rediss://redis:6380', { tls: true, hosts: [{ host: 'redis', port: 6380 }] }],
    ['redis://user:p%40ss@redis', { username: 'user', password: 'p@ss' }],
    ['redis://:a:b@redis', { password: 'a:b' }],
    ['redis://[::1]:7000', { hosts: [{ host: '::1', port: 7000 }] }],
    ['redis+sentinel://s1,s2,s3/main', { kind: 'sentinel', hosts: three, group: 'main' }],
    [
      'redis+sentinel://s1:26379,s2,s3/main/2',
      { kind: 'sentinel', hosts: three, group: 'main', db: 2 },
    ],
    [
      'redis+sentinel://s1,s2,s3/main?db=2',
      { kind: 'sentinel', hosts: three, group: 'main', db: 2 },
    ],
    [
      'rediss+cluster://u:p@a:1,b',
      {
        kind: 'cluster',
        hosts: [
          { host: 'a', port: 1 },
          { host: 'b', port: 6379 },
        ],
        username: 'u',
        password: 'p',
        tls: true,
      },
    ],
  ])('%s', (url, expected) => {
    expect(parseRedisUrl(url)).toEqual({ ...plain, ...expected });
  });
});

test.each([
  'redis:redis',
  'http://redis',
  'redis://',
  'redis://a,b',
  'redis://redis:99999',
  'redis://redis/x',
  'redis://redis?db=x',
  'redis://redis/1?db=2',
  'redis://redis?family=5',
  'redis://redis?family=',
  'redis://redis?tls=true',
  'redis+cluster://a?family=0',
  'redis://%zz@redis',
  'redis+sentinel://s1,s2',
  'redis+sentinel://s1,,s2/main',
  'redis+sentinel://s1/main/0/0',
  'redis+cluster://a/1',
  'redis+other://a',
])('%s is no Redis URL', (url) => {
  expect(parseRedisUrl(url)).toBeUndefined();
});

test.each([
  ['rediss://user:secret@[::1]:1/2', 'Redis at [::1]:1'],
  ['redis+sentinel://:secret@a,b/main', 'Redis "main" of the sentinels at a:26379, b:26379'],
  ['redis+cluster://:secret@a,b', 'Redis cluster at a:6379, b:6379'],
])('%s is shown without its password', (url, expected) => {
  const address = parseRedisUrl(url);
  expect(address && describeRedis(address)).toBe(expected);
});
