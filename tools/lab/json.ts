/**
 * The results as JSON.
 * @module
 */
import type { Check } from './prediction/prediction.ts';
import type { StepResult } from './run.ts';

/**
 * Returns the results for programs. Each step has the figures of its first check, and all checks; figures that could not be
 * measured are null.
 * @param selected number of steps to run; fewer have results if the lab was interrupted, and then it has not passed
 */
export function toJson(kind: string, selected: number, results: StepResult[]): string {
  const steps = results.map(
    ({ name, question, commands, reason, pass, error, checks, history }) => {
      const { what, unit, expected, measured, tolerance }: Partial<Check> = checks[0] ?? {};
      return {
        ...{ name, what, unit, expected, measured, tolerance, pass },
        ...{ error, question, commands, reason, checks },
        speeds: history.map(({ at, speed }) => [at, speed]),
      };
    },
  );
  const pass = steps.length === selected && steps.every((step) => step.pass);
  return `${JSON.stringify({ deployment: kind, pass, selected, steps }, null, 2)}\n`;
}
