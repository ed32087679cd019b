import type { ChildProcess } from 'node:child_process';
import { hasEnded } from '../../tools/stack/exit-of.ts';
import { until } from '../../tools/stack/until.ts';

/**
 * Resolves once a process has printed what is expected.
 * @param output returns all that it has printed
 * @throws {Error} with its output if it ends before that
 */
export async function untilPrinted(
  expected: RegExp,
  output: () => string,
  child: ChildProcess,
): Promise<void> {
  await until(`${expected} is printed`, () => {
    const ended = hasEnded(child) && child.stdout?.closed && child.stderr?.closed !== false;
    if (expected.test(output())) return true;
    if (ended) throw new Error(`ended without printing ${expected}:\n${output()}`);
    return false;
  });
}
