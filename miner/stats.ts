/**
 * A miner's statistics since it started: the source of its reports and its metrics.
 * @module
 */
import {
  STAGES,
  type MinerFigures,
  type Replica,
  type Stage,
  type StageTimes,
} from '@dockercoins/common/contract';
import { count } from '@dockercoins/common/histogram';

/** A replica that has not responded for this long is left out of the report. */
const REPLICA_MEMORY_MS = 5000;

type UpstreamName = 'rng' | 'hasher';
type LastSeen = Map<string, { replica: Replica; at: number }>;

export class MinerStats {
  loops = 0;
  errors = 0;
  coins = 0;
  /** Loops in progress. */
  active = 0;
  readonly stages = Object.fromEntries(
    STAGES.map((stage) => [stage, { sum: 0, spread: {} }]),
  ) as Record<Stage, StageTimes>;
  readonly #lastSeen: Record<UpstreamName, LastSeen> = { rng: new Map(), hasher: new Map() };

  /**
   * Adds the times of one loop (ms) and records which replicas served it. The loop may still fail or run again.
   * @param at now, by `performance.now()`
   */
  addTimes(
    times: Record<Stage, number>,
    replicas: Partial<Record<UpstreamName, Replica | undefined>>,
    at: number,
  ): void {
    for (const stage of STAGES) {
      this.stages[stage].sum += times[stage];
      count(this.stages[stage].spread, times[stage]);
    }
    for (const upstream of ['rng', 'hasher'] as const) {
      const replica = replicas[upstream];
      if (replica) this.#lastSeen[upstream].set(replica.name, { replica, at });
    }
  }

  /** @param at now, by `performance.now()` */
  report(at: number): MinerFigures {
    const { loops, errors, coins, active, stages } = this;
    const { rng, hasher } = this.#lastSeen;
    const replicas = { rng: recent(rng, at), hasher: recent(hasher, at) };
    return { loops, errors, coins, active, stages, replicas };
  }
}

function recent(lastSeen: LastSeen, now: number): Replica[] {
  for (const [name, { at }] of lastSeen) {
    if (now - at > REPLICA_MEMORY_MS) lastSeen.delete(name);
  }
  return [...lastSeen.values()].map(({ replica }) => replica);
}
