/**
 * A miner's statistics since it started: the source of its reports and its metrics.
 * @module
 */
import { STAGES, type Stage } from '@dockercoins/common/contract';
import type { StageTimes } from '@dockercoins/common/reports';
import { count } from '@dockercoins/common/histogram';

export class MinerStats {
  loops = 0;
  errors = 0;
  coins = 0;
  /** Loops in progress. */
  active = 0;
  readonly stages = Object.fromEntries(
    STAGES.map((stage) => [stage, { sum: 0, spread: {} }]),
  ) as Record<Stage, StageTimes>;

  /** Adds the times of one loop (ms). The loop may still fail or run again. */
  addTimes(times: Record<Stage, number>): void {
    for (const stage of STAGES) {
      this.stages[stage].sum += times[stage];
      count(this.stages[stage].spread, times[stage]);
    }
  }
}
