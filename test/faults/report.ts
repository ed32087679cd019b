/**
 * What people read at the end.
 * @module
 */
import type { Balance } from './audit.ts';

export interface Recovery {
  fault: string;
  /** Until the speed was back and stayed. */
  seconds: number;
}

export interface Result extends Balance {
  seed: number;
  /** Loops a second before the first fault. */
  speed: number;
  recoveries: Recovery[];
  retries: number;
  stalled: number;
  killedMiners: number;
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
      .map((recovery) => recovery.seconds)
      .sort((a, b) => a - b);
    const median = seconds[Math.floor(seconds.length / 2)] ?? NaN;
    return `${name.padEnd(46)}${String(seconds.length).padStart(6)}${median.toFixed(1).padStart(10)}${worstOfSorted(seconds).padStart(10)}`;
  });
  return `
${'fault'.padEnd(46)}${'times'.padStart(6)}${'median s'.padStart(10)}${'worst s'.padStart(10)}
${rows.join('\n')}

${recoveries.length} faults with seed ${result.seed}; ${result.speed.toFixed()} loops/s before them, slowest recovery ${worstOf(recoveries).toFixed(1)} s
${result.retries} tries that failed were made again, ${result.stalled} jobs were taken from silent miners

jobs added       ${result.added}
  completed      ${result.completed}
  failed         ${result.failed}
  left           ${result.left}
  lost           ${result.lost}
exact loops      ${result.exactLoops}
hashes           ${result.hashes} (${result.exactLoops - result.hashes} not counted by ${result.killedMiners} killed miners)

${findings.length === 0 ? 'It balances: nothing was lost.' : `IT DOES NOT BALANCE:\n${findings.map((finding) => `- ${finding}`).join('\n')}`}
`;
}

function worstOfSorted(seconds: number[]): string {
  return (seconds.at(-1) ?? NaN).toFixed(1);
}
