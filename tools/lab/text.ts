/**
 * The steps and results in the terminal.
 * @module
 */
import { markdownTable } from '../markdown-table.ts';
import { showExpected, showFigure, showTolerance } from './prediction/prediction.ts';
import type { Announcement, StepResult } from './run.ts';

/** Returns the question and the commands of a step, but nothing that answers it. */
export function showQuestion(
  { name, question, commands }: Announcement,
  number: number,
  count: number,
): string {
  return [
    '',
    `[${number}/${count}] ${name}: ${question}`,
    ...commands.map((command) => `  $ ${command}`),
  ].join('\n');
}

/** Returns the prompt for a guess of the first figure. */
export function showPrompt({ predictions: [first] }: Announcement): string {
  const unit = first?.unit ? `, in ${first.unit}` : '';
  return `  Your guess: ${first?.what}${unit}? (Enter: measure) `;
}

/** Returns the predictions of a step, and why. */
export function showPredictions({ predictions, reason }: Announcement): string {
  return [
    ...predictions.map((it) => `  expect   ${it.what}: ${showExpected(it)}`),
    `  because  ${reason}`,
  ].join('\n');
}

/**
 * Returns the verdict on a step.
 * @param guess what a person has guessed of its first figure; empty if nothing
 */
export function showResult({ checks, pass, error, notes }: StepResult, guess = ''): string {
  return [
    ...(error === undefined ? [] : [`  error    ${error}`]),
    ...(guess === '' ? [] : [`  guessed  ${checks[0]?.what}: ${guess}`]),
    ...checks.map(
      (check) =>
        `  measured ${check.what}: ${showFigure(check.measured, check.unit)} (${showTolerance(check)})${check.pass ? '' : '  ← not as predicted'}`,
    ),
    ...notes.map((note) => `           ${note}`),
    `  ${pass ? 'PASS' : 'FAIL'}`,
  ].join('\n');
}

/** Returns all results as a Markdown table. */
export function showTable(results: StepResult[]): string {
  const rows = results.flatMap(({ name, checks }) =>
    checks.map((check, index) => [
      index === 0 ? name : '',
      check.what,
      showExpected(check),
      showFigure(check.measured, check.unit),
      showTolerance(check),
      check.pass ? 'pass' : 'FAIL',
    ]),
  );
  return markdownTable(['step', 'figure', 'expected', 'measured', 'tolerance', 'verdict'], rows);
}
