/**
 * What a miner knows about itself since its start; the source of its reports.
 * @module
 */
import {
  STAGES,
  type MinerReport,
  type Replica,
  type Stage,
  type StageTimes,
} from '@dockercoins/common/contract';
import { count } from '@dockercoins/common/histogram';

/** A replica that did not answer for so long is left out of the report. */
const REPLICA_MEMORY_MS = 5000;

type Seen = Map<string, { replica: Replica; at: number }>;

export class MinerStats {
  loops = 0;
  errors = 0;
  coins = 0;
  active = 0;
  readonly stages = Object.fromEntries(
    STAGES.map((stage) => [stage, { sum: 0, spread: {} }]),
  ) as Record<Stage, StageTimes>;
  readonly #seen = { rng: new Map() as Seen, hasher: new Map() as Seen };

  /** Adds the times of a loop, in milliseconds. */
  addStages(stages: Record<Stage, number>): void {
    for (const stage of STAGES) {
      this.stages[stage].sum += stages[stage];
      count(this.stages[stage].spread, stages[stage]);
    }
  }

  /** Notes that a replica answered at a time (ms). */
  saw(upstream: 'rng' | 'hasher', replica: Replica | undefined, at: number): void {
    if (replica) this.#seen[upstream].set(replica.name, { replica, at });
  }

  /** The figures of a report at a time (ms). */
  report(
    at: number,
  ): Pick<MinerReport, 'loops' | 'errors' | 'coins' | 'active' | 'stages' | 'replicas'> {
    const { loops, errors, coins, active, stages } = this;
    const replicas = { rng: recent(this.#seen.rng, at), hasher: recent(this.#seen.hasher, at) };
    return { loops, errors, coins, active, stages, replicas };
  }
}

function recent(seen: Seen, at: number): Replica[] {
  for (const [name, entry] of seen) {
    if (at - entry.at > REPLICA_MEMORY_MS) seen.delete(name);
  }
  return [...seen.values()].map(({ replica }) => replica);
}
