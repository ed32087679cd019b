/**
 * Shows that checks fail on parts with a mistake, and only the right ones.
 * @module
 */
import type { Check } from '../lab/conformance/check.ts';
import { runChecks } from '../lab/conformance/run.ts';
import type { TinyPart } from './tiny-parts.ts';

/** Long enough for every check of a part with a delay of 100 ms, and short for parts that hang. */
const TIMEOUT_MS = 6000;

/** Runs all checks and resolves to the names of those that failed, sorted. */
export async function failuresOf<Target>(
  checks: readonly Check<Target>[],
  target: Target,
  timeoutMs = TIMEOUT_MS,
): Promise<string[]> {
  const failures: string[] = [];
  for await (const { check, result } of runChecks(checks, target, timeoutMs)) {
    if (result === 'FAIL') failures.push(check);
  }
  return failures.sort();
}

/** What a part does wrong, how to start such a part, and the checks that fail. The first of them exists because of it. */
export type Mistake = [mistake: string, start: () => Promise<TinyPart>, checks: string[]];

/** The checks that exist because of a mistake, sorted. */
export const checksFor = (mistakes: readonly [unknown, unknown, string[]][]): string[] =>
  [...new Set(mistakes.map(([, , [check = '']]) => check))].sort();

/** The names of checks, sorted. */
export const namesOf = (checks: readonly { name: string }[]): string[] =>
  checks.map(({ name }) => name).sort();
