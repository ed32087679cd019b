import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  choice,
  decimal,
  describeSettings,
  EnvError,
  flag,
  integer,
  fraction,
  milliseconds,
  optionalUrl,
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
  COUNT: integer(5, 'number of items', 2, 9),
  WAIT_MS: milliseconds(100, 'time to wait'),
  SLOTS: slots(1, 'concurrent requests'),
  PORT: port(80, 'port to listen on'),
  FORMAT: choice(['text', 'json'], 'text', 'log format'),
  NAME: text('unnamed', 'name'),
  INSTANCE: word('rng-1', 'replica'),
  PASSWORD: secret('password'),
  REDIS_URL: redisUrl('redis://redis:6379', 'Redis'),
  RNG_URL: origins('http://rng', 'rng'),
  COLLECTOR: optionalUrl('collector'),
  SHARE: fraction(1, 'share of traces'),
  FACTOR: decimal(5, 'how much slower', 1, 1000),
  SHOW: flag(true, 'whether it is shown'),
};

const read = (env: NodeJS.ProcessEnv) => readEnv(settings, env);
const reading = (env: NodeJS.ProcessEnv) => () => read(env);

function errorFor(env: NodeJS.ProcessEnv): EnvError {
  try {
    read(env);
  } catch (err) {
    if (err instanceof EnvError) return err;
  }
  throw new Error('no EnvError was thrown');
}

const defaults = {
  COUNT: 5,
  WAIT_MS: 100,
  SLOTS: 1,
  PORT: 80,
  FORMAT: 'text',
  NAME: 'unnamed',
  INSTANCE: 'rng-1',
  PASSWORD: undefined,
  REDIS_URL: 'redis://redis:6379',
  RNG_URL: ['http://rng'],
  COLLECTOR: undefined,
  SHARE: 1,
  FACTOR: 5,
  SHOW: true,
};

describe('settings', () => {
  test('have their defaults if no variable is set', () => {
    expect(read({})).toEqual(defaults);
  });

  test('have their defaults if a variable is empty', () => {
    const empty = Object.fromEntries(Object.keys(settings).map((name) => [name, '']));
    expect(read(empty)).toEqual(defaults);
  });

  test('are frozen', () => {
    expect(read({})).toSatisfy(Object.isFrozen);
  });

  test('contain only declared variables', () => {
    expect(Object.keys(read({ HOME: '/root' }))).toEqual(Object.keys(settings));
  });

  test('are described by name, default and help text', () => {
    const table = describeSettings(settings);
    expect(table).toContainEqual({ name: 'WAIT_MS', fallback: '100', help: 'time to wait, in ms' });
    expect(table).toContainEqual({
      name: 'SLOTS',
      fallback: '1',
      help: 'concurrent requests; 0 = no limit',
    });
    expect(table).toContainEqual({ name: 'RNG_URL', fallback: 'http://rng', help: 'rng' });
    expect(table).toContainEqual({ name: 'PASSWORD', fallback: '', help: 'password' });
  });
});

describe('an integer', () => {
  test.each(['2', '9', '007'])('accepts %s', (COUNT) => {
    expect(read({ COUNT }).COUNT).toBe(Number(COUNT));
  });

  test.each(['1', '10', '-3', '2.5', '3e0', '0x3', ' 3', 'three', '9'.repeat(20)])(
    'rejects "%s"',
    (COUNT) => {
      expect(reading({ COUNT })).toThrow('expected a whole number from 2 to 9');
    },
  );

  test('for a duration is at most one hour', () => {
    expect(read({ WAIT_MS: '3600000' }).WAIT_MS).toBe(3_600_000);
    expect(reading({ WAIT_MS: '3600001' })).toThrow('from 0 to 3600000');
  });

  test('for a port is at most 65535', () => {
    expect(read({ PORT: '65535' }).PORT).toBe(65_535);
    expect(reading({ PORT: '65536' })).toThrow('from 0 to 65535');
  });
});

describe('a word', () => {
  test.each(['rng-1', 'rng.example:80', '(1)'])('accepts %s', (INSTANCE) => {
    expect(read({ INSTANCE }).INSTANCE).toBe(INSTANCE);
  });

  test.each(['my rng', 'rng\n', 'café', '骰子'])('rejects "%s"', (INSTANCE) => {
    expect(reading({ INSTANCE })).toThrow('expected printable ASCII characters');
  });
});

describe('a choice', () => {
  test('accepts one of its words', () => {
    expect(read({ FORMAT: 'json' }).FORMAT).toBe('json');
  });

  test('rejects any other word', () => {
    expect(reading({ FORMAT: 'xml' })).toThrow('expected one of text, json, got "xml"');
  });
});

describe('a decimal number', () => {
  test.each(['1', '2.5', '1000', '999.999'])('accepts %s', (FACTOR) => {
    expect(read({ FACTOR }).FACTOR).toBe(Number(FACTOR));
  });

  test.each(['0.99', '1000.1', '-2', '.5', '5.', '1e3', '1,5', 'NaN', ' 2'])(
    'rejects "%s"',
    (FACTOR) => {
      expect(reading({ FACTOR })).toThrow(
        `expected a number from 1 to 1000, such as 2.5, got "${FACTOR}"`,
      );
    },
  );
});

describe('a flag', () => {
  test('is true or false', () => {
    expect(read({ SHOW: 'true' }).SHOW).toBe(true);
    expect(read({ SHOW: 'false' }).SHOW).toBe(false);
  });

  test.each(['yes', '1', 'TRUE', ' true'])('rejects "%s"', (SHOW) => {
    expect(reading({ SHOW })).toThrow(`expected true or false, got "${SHOW}"`);
  });

  test('is described with its default', () => {
    const [entry] = describeSettings({ FLAG: flag(false, 'help') });
    expect(entry).toEqual({ name: 'FLAG', fallback: 'false', help: 'help' });
  });
});

describe('a Redis URL', () => {
  test.each(['redis://127.0.0.1:6379/0', 'rediss://user:password@host:6380', 'redis://[::1]:6379'])(
    'accepts %s',
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
  ])('rejects %s', (REDIS_URL) => {
    expect(reading({ REDIS_URL })).toThrow('expected a URL like redis://host:6379/0');
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
  ])('accept "%s"', (RNG_URL, list) => {
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
  ])('reject "%s"', (RNG_URL) => {
    expect(reading({ RNG_URL })).toThrow('expected one or more URLs like http://host:8001');
  });
});

describe('an EnvError', () => {
  test('contains name, help text, expected and actual value', () => {
    expect(errorFor({ COUNT: '10' }).message).toBe(
      'Invalid environment: 1 setting is wrong.\n' +
        '  COUNT (number of items): expected a whole number from 2 to 9, got "10"',
    );
  });

  test('lists all invalid settings', () => {
    const { message } = errorFor({ COUNT: 'x', PORT: 'y', REDIS_URL: 'z', PASSWORD: 'valid' });
    expect(message.split('\n')).toEqual([
      'Invalid environment: 3 settings are wrong.',
      expect.stringMatching(/^ {2}COUNT .* got "x"$/),
      expect.stringMatching(/^ {2}PORT .* got "y"$/),
      expect.stringMatching(/^ {2}REDIS_URL .* got another value \(hidden\)$/),
    ]);
  });

  test('shows a value with line breaks on one line', () => {
    expect(errorFor({ COUNT: '1\n2' }).message).toContain('got "1\\n2"');
    expect(errorFor({ COUNT: '1\u20282\u2029' }).message).toContain('got "1\\u20282\\u2029"');
  });

  test('never contains a valid secret', () => {
    expect(errorFor({ COUNT: 'x', PASSWORD: 's3cr3t' }).message).not.toContain('s3cr3t');
  });

  test.each([
    'http://user:s3cr3t@redis',
    'redis//:s3cr3t@redis',
    ':s3cr3t@redis',
    'redis://:s3cr3t@',
  ])('never contains the Redis URL, which may include a password: %s', (REDIS_URL) => {
    expect(errorFor({ REDIS_URL }).message).not.toContain('s3cr3t');
  });

  test.each([
    ['http://u:s3cr3t@h:1', '"http://***@h:1"'],
    ['http://u:s3/cr@3t@h:1', '"http://***@h:1"'],
    ['http:u:s3cr3t@h', '"***@h"'],
    ['u:s3cr3t@h', '"***@h"'],
    ['http://h:1,http://u:s3cr3t,x@h:2', '"http://***@h:2"'],
  ])('masks the password of an origin: %s', (RNG_URL, masked) => {
    expect(reading({ RNG_URL })).toThrow(`got ${masked}`);
  });
});

describe('a secret from a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dockercoins-secret-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'secret');

  test('is used without the newline at its end', () => {
    writeFileSync(file, 'hidden \n');
    expect(read({ PASSWORD_FILE: file })).toMatchObject({ PASSWORD: 'hidden ' });
  });

  test('is checked like the variable, and not shown', () => {
    writeFileSync(file, 'http://s€cret\n');
    expect(reading({ REDIS_URL_FILE: file })).toThrow(/REDIS_URL .*expected a URL like/);
    expect(reading({ REDIS_URL_FILE: file })).not.toThrow('s€cret');
  });

  test('may not be there twice', () => {
    expect(reading({ PASSWORD: 'a', PASSWORD_FILE: file })).toThrow(
      'PASSWORD_FILE (password): expected either this or PASSWORD, got both',
    );
  });

  test('must be in the file', () => {
    writeFileSync(file, '\n');
    expect(reading({ PASSWORD_FILE: file })).toThrow(`expected a secret in ${file}, got an empty`);
    expect(reading({ PASSWORD_FILE: folder })).toThrow(/expected a readable file, got EISDIR/);
    expect(reading({ PASSWORD_FILE: '/nowhere' })).toThrow(/expected a readable file, got ENOENT/);
  });

  test('is only read for secrets', () => {
    expect(read({ NAME_FILE: '/nowhere' })).toEqual(defaults);
  });
});
