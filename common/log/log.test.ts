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

describe('a text line', () => {
  test('contains the time and the message', () => {
    const { log, lines } = logTo({ LOG_FORMAT: 'text' });
    log.info('RNG running on rng-1');
    expect(lines).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\d: RNG running on rng-1$/)]);
  });

  test.each([
    ['info', /^[\d:]+: it happened$/],
    ['warn', /^[\d:]+: warning: it happened$/],
    ['error', /^[\d:]+: ERROR: it happened$/],
    ['fatal', /^[\d:]+: FATAL: it happened$/],
  ] as const)('shows the level from warn up: %s', (level, expected) => {
    const { log, lines } = logTo({ LOG_FORMAT: 'text' });
    log[level]('it happened');
    expect(lines).toEqual([expect.stringMatching(expected)]);
  });

  test('omits fields', () => {
    const { log, lines } = logTo({ LOG_FORMAT: 'text' });
    log.info({ status: 200 }, 'GET /');
    expect(lines).toEqual([expect.stringMatching(/: GET \/$/)]);
  });

  test('contains the message of an error but not its stack', () => {
    const { log, lines } = logTo({ LOG_FORMAT: 'text' });
    log.warn({ err: new Error('timed out') }, 'cannot connect');
    expect(lines).toEqual([expect.stringMatching(/: cannot connect: timed out$/)]);
  });

  test('escapes line breaks and terminal control characters', () => {
    const { log, lines } = logTo({ LOG_FORMAT: 'text' });
    log.info('GET /\n12:00:00: FATAL: all is lost\u001b[2J');
    expect(lines).toEqual([
      expect.stringMatching(/: GET \/%0A12:00:00: FATAL: all is lost%1B\[2J$/),
    ]);
  });

  test('ends after the message if the error is undefined', () => {
    const { log, lines } = logTo({ LOG_FORMAT: 'text' });
    log.fatal({ err: undefined }, 'exiting');
    expect(lines).toEqual([expect.stringMatching(/: FATAL: exiting$/)]);
  });
});

describe('a JSON line', () => {
  const lineOf = (lines: string[]) => JSON.parse(lines[0] ?? '') as unknown;

  test('contains service, instance and all fields', () => {
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

  test('contains the stack and causes of an error', () => {
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

test.each([null, undefined, 'text', 7])('%s is accepted as an error', (err) => {
  const { log, lines } = logTo({ LOG_FORMAT: 'json' });
  log.error({ err }, 'oh');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'oh' });
});

describe('the level', () => {
  test('is the minimum that is logged', () => {
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
