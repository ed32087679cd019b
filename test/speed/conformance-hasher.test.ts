import { describe, expect, test } from 'vitest';
import { checksFor, failuresOf, namesOf, timedChecks, type Mistake } from '../support/mistakes.ts';
import { startService } from '../support/service.ts';
import { startTinyHasher } from '../support/tiny-parts.ts';
import { hasherChecks } from '../../tools/conformance/hasher.ts';

/** Longer than the default, so that a wrong part on a busy machine is not late enough to look right. */
const DELAY_MS = 200;

const failures = (origin: string, delayMs = DELAY_MS) =>
  failuresOf(hasherChecks, { origin, delayMs });

const start = (mistake: Parameters<typeof startTinyHasher>[0]) =>
  startTinyHasher({ delayMs: DELAY_MS, ...mistake });

describe('no check fails on', () => {
  test('hasher', async () => {
    await using hasher = await startService('hasher/main.ts');
    expect(await failures(`http://localhost:${hasher.port}`, 100)).toEqual([]);
  });

  test('hasher with another delay', async () => {
    await using hasher = await startService('hasher/main.ts', { HASHER_DELAY_MS: '60' });
    expect(await failures(`http://localhost:${hasher.port}`, 60)).toEqual([]);
  });

  test('a hasher with 20 slots', async () => {
    await using hasher = await start({ slots: 20 });
    expect(await failures(hasher.origin)).toEqual([]);
  });
});

/** What a hasher does wrong, and the checks that fail. The first of them exists because of it. */
const MISTAKES: Mistake[] = [
  ['waits before it greets', () => start({ rootDelayMs: DELAY_MS }), ['GET / has no delay']],
  ['has no delay', () => start({ delayMs: 0 }), ['POST / takes as long as its delay']],
  [
    'takes twice as long',
    () => start({ delayMs: 2 * DELAY_MS }),
    ['POST / takes as long as its delay', 'serves ten requests at once'],
  ],
  ['serves one request at a time', () => start({ slots: 1 }), ['serves ten requests at once']],
  ['serves four requests at a time', () => start({ slots: 4 }), ['serves ten requests at once']],
  ['serves nine requests at a time', () => start({ slots: 9 }), ['serves ten requests at once']],
];

describe('only the named checks fail on a hasher that', () => {
  test.concurrent.each(MISTAKES)('%s', async (_, startWrong, expected) => {
    await using hasher = await startWrong();
    expect(await failures(hasher.origin)).toEqual(expected.toSorted());
  });
});

test('no check of time fails on a hasher that answers in time, but nothing right', async () => {
  await using hasher = await start({
    greeting: 'hello',
    rootType: 'application/json',
    headStatus: 405,
    status: 201,
    hash: () => 'no hash\n',
    type: 'text/html',
  });
  const target = { origin: hasher.origin, delayMs: DELAY_MS };
  expect(await failuresOf(timedChecks(hasherChecks), target)).toEqual([]);
});

test('every check of time exists because of a mistake', () => {
  expect(checksFor(MISTAKES)).toEqual(namesOf(timedChecks(hasherChecks)));
});
