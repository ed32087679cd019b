/**
 * One rng that is five times slower than the others, among few or many.
 * @module
 */
import { simulate } from '../../../simulation/figures.ts';
import { DEFAULTS, MEASURED, planOf } from '../../../simulation/settings.ts';

/** Enough for rng to be the bottleneck. */
const MINERS_PER_RNG = 4;

export interface SlowReplicaRow {
  rngs: number;
  miners: number;
  /** Hashes per second: all are equally fast, one is slow, and without the slow one. */
  equal: number;
  oneSlow: number;
  without: number;
  /** On paper, if all get the same number of requests, whatever happens. */
  inTurn: number;
  /** 95% of the loops wait at most this long at rng with the slow one (ms). */
  p95Ms: number;
}

export const slowReplicaRows = (): SlowReplicaRow[] => [3, 10, 50].map(rowOf);

function rowOf(rngs: number): SlowReplicaRow {
  const miners = MINERS_PER_RNG * rngs;
  const run = (rng: number, slowReplica: string) =>
    simulate(
      planOf({
        scale: { miner: miners, rng },
        settings: { RNG_SLOW_REPLICA: slowReplica },
        costs: MEASURED,
      }),
      50,
      { warmUp: 20 },
    );
  const slow = run(rngs, 'rng-2');
  return {
    ...{ rngs, miners },
    equal: run(rngs, '').hashesPerSecond,
    oneSlow: slow.hashesPerSecond,
    without: run(rngs - 1, '').hashesPerSecond,
    inTurn: (rngs * 1000) / (DEFAULTS.RNG_DELAY_MS * DEFAULTS.RNG_SLOW_FACTOR),
    p95Ms: slow.rngWaitP95Ms ?? NaN,
  };
}
