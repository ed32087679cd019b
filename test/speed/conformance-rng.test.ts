import { randomBytes } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { checksFor, failuresOf, namesOf, type Mistake } from '../../testing/mistakes.ts';
import { startService } from '../../testing/service.ts';
import { besideAnother, startTinyRng } from '../../testing/tiny-parts.ts';
import { rngChecks } from '../../lab/conformance/rng.ts';

vi.setConfig({ testTimeout: 30_000, maxConcurrency: 8 }); // the tests mostly wait

const failures = (origin: string, delayMs = 100) => failuresOf(rngChecks, { origin, delayMs });

describe('no check fails on', () => {
  test.concurrent('rng', async () => {
    await using rng = await startService('rng/main.ts');
    expect(await failures(`http://localhost:${rng.port}`)).toEqual([]);
  });

  test.concurrent('rng with another delay', async () => {
    await using rng = await startService('rng/main.ts', { RNG_DELAY_MS: '60' });
    expect(await failures(`http://localhost:${rng.port}`, 60)).toEqual([]);
  });

  test.concurrent('an rng whose framework has other defaults', async () => {
    await using rng = await startTinyRng({ rootType: 'text/html; charset=utf-8' });
    expect(await failures(rng.origin)).toEqual([]);
  });
});

/** What an rng does wrong, and the checks that fail. The first of them exists because of it. */
const MISTAKES: Mistake[] = [
  ['never responds', () => startTinyRng({ hangs: true }), ['responds to HTTP requests']],
  [
    'greets without a newline',
    () => startTinyRng({ greeting: 'RNG running on box' }),
    ['GET / returns "RNG running on <host name>" and a newline'],
  ],
  [
    'greets in JSON',
    () => startTinyRng({ rootType: 'application/json' }),
    ['GET / has a text content type'],
  ],
  [
    'does not know HEAD',
    () => startTinyRng({ headStatus: 501 }),
    ['HEAD / returns 200, for httping'],
  ],
  [
    'shares its port with another program',
    () => besideAnother(startTinyRng({})),
    ['no other program listens at localhost, on IPv4 or IPv6'],
  ],
  [
    'answers a byte too many',
    () => startTinyRng({ bytes: (n) => randomBytes(n + 1) }),
    ['GET /<n> returns exactly n bytes', 'GET /<n> has a content length'],
  ],
  [
    'declares bytes as text',
    () => startTinyRng({ type: 'text/plain' }),
    ['GET /<n> is application/octet-stream'],
  ],
  ['sends chunks', () => startTinyRng({ hasLength: false }), ['GET /<n> has a content length']],
  [
    'always answers the same bytes',
    () => startTinyRng({ bytes: (n) => Buffer.alloc(n, 4) }),
    ['GET /<n> returns other bytes each time'],
  ],
  [
    'has no delay',
    () => startTinyRng({ delayMs: 0 }),
    ['GET /<n> takes as long as its delay', 'serves one request at a time'],
  ],
  [
    'takes twice as long',
    () => startTinyRng({ delayMs: 200 }),
    ['GET /<n> takes as long as its delay'],
  ],
  [
    'waits before it greets',
    () => startTinyRng({ rootDelayMs: 100 }),
    ['GET / has no delay of its own'],
  ],
  [
    'serves two requests at a time',
    () => startTinyRng({ slots: 2 }),
    [
      'serves one request at a time',
      'GET / waits in line like any request',
      'HEAD / waits in line like any request',
    ],
  ],
  [
    'serves the newest request first',
    () => startTinyRng({ isStack: true }),
    ['serves requests in order of arrival'],
  ],
  [
    'greets out of turn',
    () => startTinyRng({ jumpers: ['GET'] }),
    ['GET / waits in line like any request'],
  ],
  [
    'serves HEAD out of turn',
    () => startTinyRng({ jumpers: ['HEAD'] }),
    ['HEAD / waits in line like any request'],
  ],
];

describe('only the named checks fail on an rng that', () => {
  // On a busy machine, a wrong part may be late enough to look right.
  test.concurrent.each(MISTAKES)('%s', { retry: 2 }, async (_, start, expected) => {
    await using rng = await start();
    expect(await failures(rng.origin)).toEqual(expected.toSorted());
  });
});

test('every check exists because of a mistake', () => {
  expect(checksFor(MISTAKES)).toEqual(namesOf(rngChecks));
});
