import { describe, expect, test } from 'vitest';
import { EnvError, integer, port, readEnv, redisUrl, secret } from './env.ts';

const settings = {
  COUNT: integer(5, 2, 9, 'how many'),
  PORT: port(80, 'where'),
  REDIS_URL: redisUrl('redis://redis:6379', 'Redis'),
  PASSWORD: secret('what nobody sees'),
};

function errorOf(env: NodeJS.ProcessEnv): EnvError {
  try {
    readEnv(settings, env);
  } catch (err) {
    if (err instanceof EnvError) return err;
  }
  throw new Error('no EnvError was thrown');
}

describe('an environment that is not right', () => {
  test('is told with the name, its help, what was expected and what was found', () => {
    expect(errorOf({ COUNT: '10' }).message).toBe(
      'The environment is not right: one setting is wrong.\n' +
        '  COUNT (how many): expected a whole number from 2 to 9, found "10"',
    );
  });

  test('is told with all settings that are wrong', () => {
    const { message } = errorOf({ COUNT: 'x', PORT: 'y', REDIS_URL: 'z', PASSWORD: 'right' });
    expect(message.split('\n')).toEqual([
      'The environment is not right: 3 settings are wrong.',
      expect.stringMatching(/^ {2}COUNT .* found "x"$/),
      expect.stringMatching(/^ {2}PORT .* found "y"$/),
      expect.stringMatching(/^ {2}REDIS_URL .* found something else \(not shown\)$/),
    ]);
  });

  test.each([
    'http://user:geheim@redis',
    'redis//:geheim@redis',
    ':geheim@redis',
    'redis://:geheim@',
  ])('never shows the address of Redis, which may hold a password: %s', (REDIS_URL) => {
    expect(errorOf({ REDIS_URL }).message).not.toContain('geheim');
  });

  test('never shows a secret beside what is wrong', () => {
    expect(errorOf({ COUNT: 'x', PASSWORD: 'geheim' }).message).not.toContain('geheim');
  });

  test('shows a value with line breaks in one line', () => {
    expect(errorOf({ COUNT: '1\n2' }).message).toContain('found "1\\n2"');
  });
});
