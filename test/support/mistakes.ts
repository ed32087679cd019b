/**
 * Shows that checks fail on parts with a mistake, and only the right ones.
 * @module
 */
import { describe, expect, test } from 'vitest';
import type { Check } from '../../tools/conformance/check.ts';
import { runChecks } from '../../tools/conformance/run.ts';
import { startServer, type HttpServer } from './http-server.ts';
import { LIMIT_MS } from '../../tools/stack/until.ts';

/** Checks of what a part answers, which say the same on every machine. */
export const contentChecks = <Target>(checks: readonly Check<Target>[]): Check<Target>[] =>
  checks.filter(({ timed }) => !timed);

/** Checks of when it answers. */
export const timedChecks = <Target>(checks: readonly Check<Target>[]): Check<Target>[] =>
  checks.filter(({ timed }) => timed);

/** Runs all checks and resolves to the names of those that failed, sorted. */
export async function failuresOf<Target>(
  checks: readonly Check<Target>[],
  target: Target,
  timeoutMs = LIMIT_MS,
): Promise<string[]> {
  const failures: string[] = [];
  for await (const { check, result } of runChecks(checks, target, timeoutMs)) {
    if (result === 'FAIL') failures.push(check);
  }
  return failures.sort();
}

/** What a part does wrong, how to start such a part, and the checks that fail. The first of them exists because of it. */
export type Mistake = [mistake: string, start: () => Promise<HttpServer>, checks: string[]];

/** The checks that exist because of a mistake, sorted. */
export const checksFor = (mistakes: readonly [unknown, unknown, string[]][]): string[] =>
  [...new Set(mistakes.map(([, , [check = '']]) => check))].sort();

/** The names of checks, sorted. */
export const namesOf = (checks: readonly { name: string }[]): string[] =>
  checks.map(({ name }) => name).sort();

const RESPONDS = 'responds to HTTP requests';

/**
 * Defines a test for each mistake: only the named checks fail. No more than the first one fails if nothing responds, and every
 * check exists because of one of them.
 * @param part such as "an rng"
 * @param failures resolves to the names of the checks that fail on the part at an origin
 */
export function testMistakes(
  part: string,
  mistakes: readonly Mistake[],
  checks: readonly { name: string }[],
  failures: (origin: string, timeoutMs?: number) => Promise<string[]>,
): void {
  describe(`only the named checks fail on ${part} that`, () => {
    test.each(mistakes)('%s', async (_, start, expected) => {
      await using server = await start();
      expect(await failures(server.origin)).toEqual(expected.toSorted());
    });
  });

  test(`only the first check fails on ${part} that never responds`, async () => {
    await using server = await startServer(() => undefined);
    expect(await failures(server.origin, 100)).toEqual([RESPONDS]);
  });

  test('every check exists because of a mistake', () => {
    expect([RESPONDS, ...checksFor(mistakes)].sort()).toEqual(namesOf(checks));
  });
}
