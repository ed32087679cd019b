import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { checksFor, failuresOf, namesOf, type Mistake } from '../../testing/mistakes.ts';
import { startService } from '../../testing/service.ts';
import { besideAnother, sha256, startTinyHasher } from '../../testing/tiny-parts.ts';
import { hasherChecks } from '../../lab/conformance/hasher.ts';

vi.setConfig({ testTimeout: 30_000, maxConcurrency: 8 }); // the tests mostly wait

const failures = (origin: string, delayMs = 100) => failuresOf(hasherChecks, { origin, delayMs });

describe('no check fails on', () => {
  test.concurrent('hasher', async () => {
    await using hasher = await startService('hasher/main.ts');
    expect(await failures(`http://localhost:${hasher.port}`)).toEqual([]);
  });

  test.concurrent('hasher with another delay', async () => {
    await using hasher = await startService('hasher/main.ts', { HASHER_DELAY_MS: '60' });
    expect(await failures(`http://localhost:${hasher.port}`, 60)).toEqual([]);
  });

  test.concurrent('a hasher with 20 slots whose framework has other defaults', async () => {
    await using hasher = await startTinyHasher({
      rootType: 'text/html;charset=utf-8',
      type: 'text/plain;charset=utf-8',
      slots: 20,
    });
    expect(await failures(hasher.origin)).toEqual([]);
  });
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
  ['never responds', () => startTinyHasher({ hangs: true }), ['responds to HTTP requests']],
  [
    'greets without a newline',
    () => startTinyHasher({ greeting: 'HASHER running on box' }),
    ['GET / returns "HASHER running on <host name>" and a newline'],
  ],
  [
    'greets in JSON',
    () => startTinyHasher({ rootType: 'application/json' }),
    ['GET / has a text content type'],
  ],
  [
    'does not know HEAD',
    () => startTinyHasher({ headStatus: 405 }),
    ['HEAD / returns 200, for httping'],
  ],
  [
    'shares its port with another program',
    () => besideAnother(startTinyHasher({})),
    ['no other program listens at localhost, on IPv4 or IPv6'],
  ],
  ['waits before it greets', () => startTinyHasher({ rootDelayMs: 100 }), ['GET / has no delay']],
  ['answers 201', () => startTinyHasher({ status: 201 }), ['POST / returns 200']],
  [
    'answers in capital letters',
    () => startTinyHasher({ hash: (body) => sha256(body).toUpperCase() }),
    ['POST / returns lowercase hex digits'],
  ],
  [
    'ends the hash with a newline',
    () => startTinyHasher({ hash: (body) => `${sha256(body)}\n` }),
    ['POST / returns 64 characters, without a newline'],
  ],
  [
    'declares the hash as HTML',
    () => startTinyHasher({ type: 'text/html' }),
    ['POST / is text/plain'],
  ],
  [
    'computes another hash of the same length',
    () => startTinyHasher({ hash: (body) => createHash('sha3-256').update(body).digest('hex') }),
    [OF_TEXT, OF_BYTES, OF_NOTHING, OF_PIECES],
  ],
  [
    'hashes the text instead of the bytes',
    () => startTinyHasher({ hash: (body) => sha256(body.toString()) }),
    [OF_BYTES, OF_PIECES],
  ],
  [
    'hashes up to the first zero',
    () => startTinyHasher({ hash: (body) => sha256(body.toString('latin1').split('\0')[0] ?? '') }),
    [OF_BYTES, OF_PIECES],
  ],
  [
    'refuses an empty body',
    () => startTinyHasher({ hash: (body) => (body.length === 0 ? 'no body' : sha256(body)) }),
    [OF_NOTHING],
  ],
  ['reads only what has arrived', () => startTinyHasher({ read: readFirstChunk }), [OF_PIECES]],
  ['has no delay', () => startTinyHasher({ delayMs: 0 }), ['POST / takes as long as its delay']],
  [
    'takes twice as long',
    () => startTinyHasher({ delayMs: 200 }),
    ['POST / takes as long as its delay'],
  ],
  [
    'serves one request at a time',
    () => startTinyHasher({ slots: 1 }),
    ['serves ten requests at once'],
  ],
];

describe('only the named checks fail on a hasher that', () => {
  // On a busy machine, a wrong part may be late enough to look right.
  test.concurrent.each(MISTAKES)('%s', { retry: 2 }, async (_, start, expected) => {
    await using hasher = await start();
    expect(await failures(hasher.origin)).toEqual(expected.toSorted());
  });
});

test('every check exists because of a mistake', () => {
  expect(checksFor(MISTAKES)).toEqual(namesOf(hasherChecks));
});
