/**
 * The miners as the page lists them, and what they did in the last ten seconds, from their reports.
 * @module
 */
import { STAGES, type Stage } from '@dockercoins/common/contract';
import { addDifference, quantile, type Histogram } from '@dockercoins/common/histogram';
import type { LoopTimes, MinerView } from '../frame.ts';
import type { MinerSample } from './sample.ts';

/** Miners report once a second. One that has been silent for longer than this is lost and no longer counts. */
const LOST_AFTER_MS = 3500;

const WINDOW_MS = 10_000;

/** All loops of all miners in the window. */
export interface Totals {
  loops: number;
  /** Milliseconds. */
  sums: Record<Stage, number>;
  spreads: Record<Stage, Histogram>;
}

interface KeptReport extends MinerSample {
  /** When it was written, by this process's monotonic clock (ms). */
  writtenAt: number;
}

/**
 * Keeps each miner's reports of the window. Time between reports is measured by the miner's monotonic clock, silence by
 * ours, so setting a clock has no effect on either.
 */
export class Fleet {
  #reports = new Map<string, KeptReport[]>();
  #updatedAt = -Infinity;

  /**
   * Adds the latest report of every miner. Forgets miners that are not among them.
   * @param at now, by this process's monotonic clock (ms)
   */
  update(miners: MinerSample[], at: number): void {
    const sinceUpdate = at - this.#updatedAt;
    this.#updatedAt = at;
    const reports = new Map<string, KeptReport[]>();
    for (const miner of miners) {
      const earlier = this.#reports.get(miner.id) ?? [];
      const last = earlier.at(-1);
      const isNew = last?.uptimeMs !== miner.uptimeMs;
      const writtenAt = isNew ? at - Math.min(miner.silentMs, sinceUpdate) : last.writtenAt;
      const report = { ...miner, writtenAt, silentMs: at - writtenAt };
      const all = isNew ? [...earlier, report] : [...earlier.slice(0, -1), report];
      const windowStart = miner.uptimeMs - WINDOW_MS;
      reports.set(
        miner.id,
        all.filter(({ uptimeMs }) => uptimeMs >= windowStart),
      );
    }
    this.#reports = reports;
  }

  /** Returns the latest report of each miner that is not lost. */
  reporting(): MinerSample[] {
    return this.#latest().filter((miner) => !isLost(miner));
  }

  /** Returns all miners, lost ones included. */
  views(): MinerView[] {
    return this.#latest().map((miner) => {
      const { id, name, host, uptimeMs, loops, errors, coins, silentMs } = miner;
      const ageMs = uptimeMs + silentMs;
      const lost = isLost(miner);
      const speed = lost ? 0 : this.#speedOf(miner);
      return { id, name, host, ageMs, loops, errors, coins, speed, silentMs, lost };
    });
  }

  /** Returns what the miners that are not lost did in the window. */
  totals(): Totals {
    const sums = perStage(() => 0);
    const spreads = perStage((): Histogram => ({}));
    let loops = 0;
    for (const { id } of this.reporting()) {
      const [first, last] = this.#endsOf(id);
      if (first === undefined || last === undefined) continue;
      loops += last.loops - first.loops;
      for (const stage of STAGES) {
        sums[stage] += last.stages[stage].sum - first.stages[stage].sum;
        addDifference(spreads[stage], last.stages[stage].spread, first.stages[stage].spread);
      }
    }
    return { loops, sums, spreads };
  }

  #latest(): MinerSample[] {
    return [...this.#reports.values()].flatMap((reports) => reports.slice(-1));
  }

  #endsOf(id: string): [MinerSample | undefined, MinerSample | undefined] {
    const reports = this.#reports.get(id);
    return [reports?.[0], reports?.at(-1)];
  }

  #speedOf({ id }: MinerSample): number | null {
    const [first, last] = this.#endsOf(id);
    if (first === undefined || last === undefined || first === last) return null;
    return ((last.loops - first.loops) * 1000) / (last.uptimeMs - first.uptimeMs);
  }
}

function isLost({ silentMs }: MinerSample): boolean {
  return silentMs > LOST_AFTER_MS;
}

/** Returns mean and 95th percentile of each stage, in milliseconds; null if there was no loop. */
export function timesOf({ loops, sums, spreads }: Totals): LoopTimes | null {
  if (loops === 0) return null;
  return perStage((stage) => ({
    mean: sums[stage] / loops,
    p95: quantile(spreads[stage], 0.95) ?? 0,
  }));
}

function perStage<T>(valueOf: (stage: Stage) => T): Record<Stage, T> {
  return Object.fromEntries(STAGES.map((stage) => [stage, valueOf(stage)])) as Record<Stage, T>;
}
