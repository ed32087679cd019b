/**
 * What the miners' reports say about the last ten seconds.
 * @module
 */
import { STAGES, type Stage } from '@dockercoins/common/contract';
import { addDifference, quantile, type Histogram } from '@dockercoins/common/histogram';
import type { LoopTimes, MinerView } from '../frame.ts';
import type { SeenMiner } from './sample.ts';

/** A miner reports once a second. If it is silent for longer than this, it no longer counts. */
const ALIVE_MS = 3500;

const WINDOW_MS = 10_000;

/** All loops of the window together. */
export interface WindowSums {
  loops: number;
  /** Milliseconds. */
  sums: Record<Stage, number>;
  spreads: Record<Stage, Histogram>;
}

/** A report, and when it came by this process' monotonic clock (ms). */
interface Report extends SeenMiner {
  cameAt: number;
}

/**
 * Keeps the reports of the window, by miner. Times between reports are the miner's own, by its monotonic clock; silence
 * is measured by ours. So it makes no difference if somebody sets a clock.
 */
export class Fleet {
  #reports = new Map<string, Report[]>();
  #updatedAt = -Infinity;

  /**
   * Takes the last report of every miner. Miners that are not among them are forgotten.
   * @param at now, by this process' monotonic clock (ms)
   */
  update(miners: SeenMiner[], at: number): void {
    const sinceUpdate = at - this.#updatedAt;
    this.#updatedAt = at;
    const reports = new Map<string, Report[]>();
    for (const miner of miners) {
      const known = this.#reports.get(miner.id) ?? [];
      const last = known.at(-1);
      const isNew = last?.uptimeMs !== miner.uptimeMs;
      const cameAt = isNew ? at - Math.min(miner.silentMs, sinceUpdate) : last.cameAt;
      const report = { ...miner, cameAt, silentMs: at - cameAt };
      const all = isNew ? [...known, report] : [...known.slice(0, -1), report];
      const from = miner.uptimeMs - WINDOW_MS;
      reports.set(
        miner.id,
        all.filter(({ uptimeMs }) => uptimeMs >= from),
      );
    }
    this.#reports = reports;
  }

  /** The newest report of each miner that is alive. */
  alive(): SeenMiner[] {
    return this.#newest().filter(isAlive);
  }

  views(): MinerView[] {
    return this.#newest().map((miner) => {
      const { id, name, host, uptimeMs, loops, errors, coins, silentMs } = miner;
      const ageMs = uptimeMs + silentMs;
      const lost = !isAlive(miner);
      const speed = lost ? 0 : this.#speedOf(miner);
      return { id, name, host, ageMs, loops, errors, coins, speed, silentMs, lost };
    });
  }

  /** What the miners that are alive did in the window. */
  window(): WindowSums {
    const sums = fromStages(() => 0);
    const spreads = fromStages((): Histogram => ({}));
    let loops = 0;
    for (const { id } of this.alive()) {
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

  #newest(): SeenMiner[] {
    return [...this.#reports.values()].flatMap((reports) => reports.slice(-1));
  }

  #endsOf(id: string): [SeenMiner | undefined, SeenMiner | undefined] {
    const reports = this.#reports.get(id);
    return [reports?.[0], reports?.at(-1)];
  }

  #speedOf({ id }: SeenMiner): number | null {
    const [first, last] = this.#endsOf(id);
    if (first === undefined || last === undefined || first === last) return null;
    return ((last.loops - first.loops) * 1000) / (last.uptimeMs - first.uptimeMs);
  }
}

function isAlive({ silentMs }: SeenMiner): boolean {
  return silentMs <= ALIVE_MS;
}

function fromStages<T>(make: () => T): Record<Stage, T> {
  return Object.fromEntries(STAGES.map((stage) => [stage, make()])) as Record<Stage, T>;
}

/** Mean and 95th percentile of each stage; null where there was no loop. */
export function timesOf({ loops, sums, spreads }: WindowSums): LoopTimes | null {
  if (loops === 0) return null;
  return Object.fromEntries(
    STAGES.map((stage) => [
      stage,
      { mean: sums[stage] / loops, p95: quantile(spreads[stage], 0.95) ?? 0 },
    ]),
  ) as LoopTimes;
}
