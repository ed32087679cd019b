import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import {
  contentChecks,
  failuresOf,
  testMistakes,
  type Mistake,
} from '../../test/support/mistakes.ts';
import { besideAnother, sha256, startTinyHasher } from '../../test/support/tiny-parts.ts';
import { hasherChecks } from './hasher.ts';

/** The checks of time are tested in `test/speed/conformance-hasher.test.ts`. */
const checks = contentChecks(hasherChecks);

const failures = (origin: string, timeoutMs?: number) =>
  failuresOf(checks, { origin, delayMs: 0 }, timeoutMs);

const start = (mistake: Parameters<typeof startTinyHasher>[0]) =>
  startTinyHasher({ delayMs: 0, ...mistake });

test('no check fails on a hasher whose framework has other defaults', async () => {
  await using hasher = await start({
    rootType: 'text/html;charset=utf-8',
    type: 'text/plain;charset=utf-8',
  });
  expect(await failures(hasher.origin)).toEqual([]);
});

const OF_TEXT = 'POST / returns the SHA-256 of a text';
const OF_BYTES = 'POST / returns the SHA-256 of bytes that are no text, zeros included';
const OF_NOTHING = 'POST / returns the SHA-256 of an empty body';
const OF_PIECES = 'POST / returns the SHA-256 of 1 MB that arrives in pieces';

async function readFirstChunk(request: IncomingMessage): Promise<Buffer> {
  const [chunk] = (await Promise.race([once(request, 'data'), once(request, 'end')])) as [Buffer?];
  return chunk ?? Buffer.alloc(0);
}

/** What a hasher does wrong, and the checks that fail. The first of them exists because of it. */
const MISTAKES: Mistake[] = [
  [
    'greets without a newline',
    () => start({ greeting: 'HASHER running on box' }),
    ['GET / returns "HASHER running on <host name>" and a newline'],
  ],
  [
    'greets in JSON',
    () => start({ rootType: 'application/json' }),
    ['GET / has a text content type'],
  ],
  ['does not know HEAD', () => start({ headStatus: 405 }), ['HEAD / returns 200, for httping']],
  [
    'shares its port with another program',
    () => besideAnother(start({})),
    ['no other program listens at localhost, on IPv4 or IPv6'],
  ],
  ['answers 201', () => start({ status: 201 }), ['POST / returns 200']],
  [
    'answers in capital letters',
    () => start({ hash: (body) => sha256(body).toUpperCase() }),
    ['POST / returns lowercase hex digits'],
  ],
  [
    'ends the hash with a newline',
    () => start({ hash: (body) => `${sha256(body)}\n` }),
    ['POST / returns 64 characters, without a newline'],
  ],
  ['declares the hash as HTML', () => start({ type: 'text/html' }), ['POST / is text/plain']],
  [
    'computes another hash of the same length',
    () => start({ hash: (body) => createHash('sha3-256').update(body).digest('hex') }),
    [OF_TEXT, OF_BYTES, OF_NOTHING, OF_PIECES],
  ],
  [
    'hashes the text instead of the bytes',
    () => start({ hash: (body) => sha256(body.toString()) }),
    [OF_BYTES, OF_PIECES],
  ],
  [
    'hashes up to the first zero',
    () => start({ hash: (body) => sha256(body.toString('latin1').split('\0')[0] ?? '') }),
    [OF_BYTES, OF_PIECES],
  ],
  [
    'refuses an empty body',
    () => start({ hash: (body) => (body.length === 0 ? 'no body' : sha256(body)) }),
    [OF_NOTHING],
  ],
  ['reads only what has arrived', () => start({ read: readFirstChunk }), [OF_PIECES]],
];

testMistakes('a hasher', MISTAKES, checks, failures);
