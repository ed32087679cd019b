/**
 * The result of the fault test as text.
 * @module
 */
import { median } from '@dockercoins/common/statistics';
import type { AuditReport } from './audit.ts';

export interface Recovery {
  fault: string;
  /** Loops per second before the fault. */
  speed: number;
  /** Time to recovery; Infinity if it exceeded the limit. */
  seconds: number;
}

export interface Result extends AuditReport {
  seed: number;
  recoveries: Recovery[];
  retries: number;
  stalled: number;
  /** How many loops may be missing from `hashes`. */
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
${line('fault', 'count', 'median s', 'worst s')}
${rows.join('\n')}

seed               ${result.seed}
faults             ${recoveries.length} of ${names.length} kinds
speed before       ${median(recoveries.map(({ speed }) => speed)).toFixed()} loops/s (median)
slowest recovery   ${worstOf(recoveries).toFixed(1)} s
retried attempts   ${result.retries}
stalled jobs       ${result.stalled}

jobs added         ${result.added}
  completed        ${result.completed}
  failed           ${result.failed}
  left in queue    ${result.left}
  lost             ${result.lost}
BullMQ's count     ${result.exactLoops}
hashes             ${result.hashes} (${result.exactLoops - result.hashes} missing; ${result.mayMiss} allowed)
coins in wallet    ${result.coinsInWallet}
coins found        ${result.coinsOfLoops}

${findings.length === 0 ? 'PASS: nothing was lost.' : `FAIL:\n${findings.map((finding) => `- ${finding}`).join('\n')}`}
`;
}

function line(fault: string, ...figures: string[]): string {
  return fault.padEnd(42) + figures.map((figure) => figure.padStart(10)).join('');
}
