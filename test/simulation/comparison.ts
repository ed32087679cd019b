/**
 * Measured figures beside predicted ones.
 * @module
 */
import { expect } from 'vitest';
import { mean } from '@dockercoins/common/statistics';
import { markdownTable } from '../../tools/markdown-table.ts';

/** A figure that is random may differ by this many standard deviations, of the simulated runs of the same length. */
const DEVIATIONS = 3;

const HEADING = ['setting', 'figure', 'measured', 'simulated', 'difference', 'allowed'];

export class Comparison {
  readonly #rows: string[][] = [];

  /**
   * Compares a figure with those of several simulations, and adds a row to the table.
   * @param allowed returns by how much it may differ, given the prediction
   */
  compare(
    setting: string,
    figure: string,
    measured: number,
    simulated: number[],
    allowed: (mean: number) => number,
  ): void {
    const predicted = mean(simulated);
    const deviation = Math.sqrt(mean(simulated.map((value) => (value - predicted) ** 2)));
    const limit = Math.max(allowed(predicted), DEVIATIONS * deviation);
    const difference = measured - predicted;
    const isWithin = Math.abs(difference) <= limit;
    this.#rows.push([
      setting,
      figure,
      measured.toFixed(2),
      predicted.toFixed(2),
      `${difference.toFixed(2)}${isWithin ? '' : ' (!)'}`,
      limit.toFixed(2),
    ]);
    expect.soft(Math.abs(difference), `${setting}: ${figure}`).toBeLessThanOrEqual(limit);
  }

  /** Prints the table, if there is anything in it, and a line below it. */
  print(below = ''): void {
    if (this.#rows.length === 0) return;
    process.stdout.write(`\n${markdownTable(HEADING, this.#rows)}\n${below}\n`);
  }
}
