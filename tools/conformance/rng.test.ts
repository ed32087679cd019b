import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  contentChecks,
  failuresOf,
  testMistakes,
  type Mistake,
} from '../../test/support/mistakes.ts';
import { besideAnother, startTinyRng } from '../../test/support/tiny-parts.ts';
import { rngChecks } from './rng.ts';

/** The checks of time are tested in `test/speed/conformance-rng.test.ts`. */
const checks = contentChecks(rngChecks);

const failures = (origin: string, timeoutMs?: number) =>
  failuresOf(checks, { origin, delayMs: 0 }, timeoutMs);

const start = (mistake: Parameters<typeof startTinyRng>[0]) =>
  startTinyRng({ delayMs: 0, ...mistake });

test('no check fails on an rng whose framework has other defaults', async () => {
  await using rng = await start({ rootType: 'text/html; charset=utf-8' });
  expect(await failures(rng.origin)).toEqual([]);
});

/** What an rng does wrong, and the checks that fail. The first of them exists because of it. */
const MISTAKES: Mistake[] = [
  [
    'greets without a newline',
    () => start({ greeting: 'RNG running on box' }),
    ['GET / returns "RNG running on <host name>" and a newline'],
  ],
  [
    'greets in JSON',
    () => start({ rootType: 'application/json' }),
    ['GET / has a text content type'],
  ],
  ['does not know HEAD', () => start({ headStatus: 501 }), ['HEAD / returns 200, for httping']],
  [
    'shares its port with another program',
    () => besideAnother(start({})),
    ['no other program listens at localhost, on IPv4 or IPv6'],
  ],
  [
    'answers a byte too many',
    () => start({ bytes: (n) => randomBytes(n + 1) }),
    ['GET /<n> returns exactly n bytes', 'GET /<n> has a content length'],
  ],
  [
    'declares bytes as text',
    () => start({ type: 'text/plain' }),
    ['GET /<n> is application/octet-stream'],
  ],
  ['sends chunks', () => start({ hasLength: false }), ['GET /<n> has a content length']],
  [
    'always answers the same bytes',
    () => start({ bytes: (n) => Buffer.alloc(n, 4) }),
    ['GET /<n> returns other bytes each time'],
  ],
];

testMistakes('an rng', MISTAKES, checks, failures);
