import { describe, expect, test } from 'vitest';
import { checksFor, failuresOf, namesOf, timedChecks, type Mistake } from '../support/mistakes.ts';
import { startService } from '../support/service.ts';
import { startTinyRng } from '../support/tiny-parts.ts';
import { rngChecks } from '../../tools/conformance/rng.ts';

/** Longer than the default, so that a wrong part on a busy machine is not late enough to look right. */
const DELAY_MS = 300;

const failures = (origin: string, delayMs = DELAY_MS) => failuresOf(rngChecks, { origin, delayMs });

const start = (mistake: Parameters<typeof startTinyRng>[0]) =>
  startTinyRng({ delayMs: DELAY_MS, ...mistake });

describe('no check fails on', () => {
  test('rng', async () => {
    await using rng = await startService('rng/main.ts');
    expect(await failures(`http://localhost:${rng.port}`, 100)).toEqual([]);
  });

  test('rng with another delay', async () => {
    await using rng = await startService('rng/main.ts', { RNG_DELAY_MS: '60' });
    expect(await failures(`http://localhost:${rng.port}`, 60)).toEqual([]);
  });
});

/** What an rng does wrong, and the checks that fail. The first of them exists because of it. */
const MISTAKES: Mistake[] = [
  [
    'has no delay',
    () => start({ delayMs: 0 }),
    ['GET /<n> takes as long as its delay', 'serves one request at a time'],
  ],
  [
    'takes twice as long',
    () => start({ delayMs: 2 * DELAY_MS }),
    ['GET /<n> takes as long as its delay'],
  ],
  [
    'waits before it greets',
    () => start({ rootDelayMs: DELAY_MS }),
    ['GET / has no delay of its own'],
  ],
  [
    'serves two requests at a time',
    () => start({ slots: 2 }),
    [
      'serves one request at a time',
      'GET / waits in line like any request',
      'HEAD / waits in line like any request',
    ],
  ],
  [
    'serves the newest request first',
    () => start({ isStack: true }),
    ['serves requests in order of arrival'],
  ],
  [
    'greets out of turn',
    () => start({ jumpers: ['GET'] }),
    ['GET / waits in line like any request'],
  ],
  [
    'serves HEAD out of turn',
    () => start({ jumpers: ['HEAD'] }),
    ['HEAD / waits in line like any request'],
  ],
];

describe('only the named checks fail on an rng that', () => {
  test.concurrent.each(MISTAKES)('%s', async (_, startWrong, expected) => {
    await using rng = await startWrong();
    expect(await failures(rng.origin)).toEqual(expected.toSorted());
  });
});

test('no check of time fails on an rng that answers in time, but nothing right', async () => {
  await using rng = await start({
    greeting: 'hello',
    rootType: 'application/json',
    headStatus: 501,
    bytes: (n) => Buffer.alloc(n + 1),
    type: 'text/plain',
    hasLength: false,
  });
  const target = { origin: rng.origin, delayMs: DELAY_MS };
  expect(await failuresOf(timedChecks(rngChecks), target)).toEqual([]);
});

test('every check of time exists because of a mistake', () => {
  expect(checksFor(MISTAKES)).toEqual(namesOf(timedChecks(rngChecks)));
});
