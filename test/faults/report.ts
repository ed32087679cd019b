/**
 * The result, for people.
 * @module
 */
import { median } from '@dockercoins/common/statistics';
import type { Balance } from './audit.ts';

export interface Recovery {
  fault: string;
  /** Loops a second before it. */
  speed: number;
  /** Until the speed was back and stayed. */
  seconds: number;
}

export interface Result extends Balance {
  seed: number;
  recoveries: Recovery[];
  retries: number;
  stalled: number;
  /** How many loops `hashes` may lack. */
  mayMiss: number;
}

export function worstOf(recoveries: Recovery[]): number {
  return Math.max(0, ...recoveries.map(({ seconds }) => seconds));
}

export function renderResult(result: Result): string {
  const { recoveries, findings } = result;
  const names = [...new Set(recoveries.map(({ fault }) => fault))].sort();
  const rows = names.map((name) => {
    const seconds = recoveries
      .filter(({ fault }) => fault === name)
      .map((recovery) => recovery.seconds);
    const worst = Math.max(...seconds);
    return line(name, String(seconds.length), median(seconds).toFixed(1), worst.toFixed(1));
  });
  return `
${line('fault', 'times', 'median s', 'worst s')}
${rows.join('\n')}

${recoveries.length} faults of ${names.length} kinds with seed ${result.seed}; ${median(recoveries.map(({ speed }) => speed)).toFixed()} loops/s before them (median), slowest recovery ${worstOf(recoveries).toFixed(1)} s
${result.retries} failed attempts were repeated, ${result.stalled} jobs were taken from silent miners

jobs added       ${result.added}
  completed      ${result.completed}
  failed         ${result.failed}
  left           ${result.left}
  lost           ${result.lost}
exact loops      ${result.exactLoops}
hashes           ${result.hashes} (lacks ${result.exactLoops - result.hashes}; may lack ${result.mayMiss})
coins in wallet  ${result.coinsInWallet}
coins of loops   ${result.coinsOfLoops}

${findings.length === 0 ? 'It balances: nothing was lost.' : `IT DOES NOT BALANCE:\n${findings.map((finding) => `- ${finding}`).join('\n')}`}
`;
}

function line(fault: string, ...figures: string[]): string {
  return fault.padEnd(44) + figures.map((figure) => figure.padStart(10)).join('');
}
