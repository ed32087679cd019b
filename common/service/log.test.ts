import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createLogger } from './log.ts';

function logTo(config: { LOG_FORMAT: 'text' | 'json'; LOG_LEVEL?: string }) {
  const lines: string[] = [];
  const out = new Writable({
    write(chunk, _encoding, done) {
      lines.push(...String(chunk).trimEnd().split('\n'));
      done();
    },
  });
  const log = createLogger('rng', { INSTANCE: 'rng-1', LOG_LEVEL: 'info', ...config }, out);
  return { log, lines };
}

describe('a line for people', () => {
  test('has the time and the text', () => {
    const { log, lines } = logTo({ LOG_FORMAT: 'text' });
    log.info('RNG running on rng-1');
    expect(lines).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\d: RNG running on rng-1$/)]);
  });

  test.each([
    ['info', /^[\d:]+: it happened$/],
    ['warn', /^[\d:]+: warning: it happened$/],
    ['error', /^[\d:]+: ERROR: it happened$/],
    ['fatal', /^[\d:]+: FATAL: it happened$/],
  ] as const)('says how bad it is where it is bad: %s', (level, expected) => {
    const { log, lines } = logTo({ LOG_FORMAT: 'text' });
    log[level]('it happened');
    expect(lines).toEqual([expect.stringMatching(expected)]);
  });

  test('leaves the fields to machines', () => {
    const { log, lines } = logTo({ LOG_FORMAT: 'text' });
    log.info({ status: 200 }, 'GET /');
    expect(lines).toEqual([expect.stringMatching(/: GET \/$/)]);
  });

  test('has the message of an error, and no stack', () => {
    const { log, lines } = logTo({ LOG_FORMAT: 'text' });
    log.warn({ err: new Error('nobody is there') }, 'Redis is away');
    expect(lines).toEqual([expect.stringMatching(/: Redis is away: nobody is there$/)]);
  });

  test('stays one line, and steers no terminal, whatever somebody sent', () => {
    const { log, lines } = logTo({ LOG_FORMAT: 'text' });
    log.info('GET /\n12:00:00: FATAL: all is lost\u001b[2J');
    expect(lines).toEqual([
      expect.stringMatching(/: GET \/%0A12:00:00: FATAL: all is lost%1B\[2J$/),
    ]);
  });

  test('is complete where there is no error', () => {
    const { log, lines } = logTo({ LOG_FORMAT: 'text' });
    log.fatal({ err: undefined }, 'ended at once');
    expect(lines).toEqual([expect.stringMatching(/: FATAL: ended at once$/)]);
  });
});

describe('a line for machines', () => {
  const lineOf = (lines: string[]) => JSON.parse(lines[0] ?? '') as unknown;

  test('is JSON with service, instance and all fields', () => {
    const { log, lines } = logTo({ LOG_FORMAT: 'json' });
    log.info({ status: 200 }, 'GET /');
    expect(lineOf(lines)).toMatchObject({
      service: 'rng',
      instance: 'rng-1',
      level: 30,
      msg: 'GET /',
      status: 200,
    });
  });

  test('has an error with its stack and its causes', () => {
    const { log, lines } = logTo({ LOG_FORMAT: 'json' });
    log.error({ err: new Error('cannot start', { cause: new Error('port taken') }) }, 'oh');
    expect(lineOf(lines)).toMatchObject({
      err: {
        message: 'cannot start',
        stack: expect.stringContaining('log.test.ts') as string,
        cause: { message: 'port taken' },
      },
    });
  });
});

test.each([null, undefined, 'text', 7])('a line takes %s for an error', (err) => {
  const { log, lines } = logTo({ LOG_FORMAT: 'json' });
  log.error({ err }, 'oh');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'oh' });
});

describe('the level', () => {
  test('is the least that is logged', () => {
    const { log, lines } = logTo({ LOG_FORMAT: 'text', LOG_LEVEL: 'warn' });
    log.info('nothing');
    log.warn('something');
    expect(lines).toEqual([expect.stringContaining('something')]);
  });

  test('may be silent', () => {
    const { log, lines } = logTo({ LOG_FORMAT: 'text', LOG_LEVEL: 'silent' });
    log.fatal('the end');
    expect(lines).toEqual([]);
  });
});
