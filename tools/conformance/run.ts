/**
 * Runs the checks of a part, one after another, because many of them measure time.
 * @module
 */
import { once } from 'node:events';
import { Mismatch, ms, Skipped, type Check } from './check.ts';

export interface Outcome {
  check: string;
  result: 'ok' | 'FAIL' | 'skip';
  /** Why it failed or was skipped; empty if it passed. */
  message: string;
}

/** Yields the outcome of each check once it is known. No check takes longer than `timeoutMs`, unless it says so itself. */
export async function* runChecks<Target>(
  checks: readonly Check<Target>[],
  target: Target,
  timeoutMs: number,
): AsyncGenerator<Outcome> {
  for (const [index, check] of checks.entries()) {
    const outcome = await runCheck(check, target, Math.max(timeoutMs, check.timeoutMs ?? 0));
    const isLast = outcome.result === 'FAIL' && check.required === true;
    if (isLast) outcome.message += ` (the other ${checks.length - index - 1} checks were not run)`;
    yield outcome;
    if (isLast) return;
  }
}

async function runCheck<Target>(
  { name, run }: Check<Target>,
  target: Target,
  timeoutMs: number,
): Promise<Outcome> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    await Promise.race([run(target, signal), once(signal, 'abort')]);
    signal.throwIfAborted();
    return { check: name, result: 'ok', message: '' };
  } catch (err) {
    if (err instanceof Skipped) return { check: name, result: 'skip', message: err.message };
    const reason = signal.aborted ? new Mismatch(`an answer within ${ms(timeoutMs)}`, 'none') : err;
    return { check: name, result: 'FAIL', message: explain(reason) };
  }
}

/** An error of a connection has an empty message if it was tried on several addresses. */
function explain(err: unknown): string {
  if (err instanceof Mismatch) return err.message;
  const { code, message } = err as NodeJS.ErrnoException;
  return new Mismatch('an answer', `an error: ${message || code}`).message;
}
