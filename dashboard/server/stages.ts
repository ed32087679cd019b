/**
 * The pipeline's stages, and which of them limits the speed.
 * @module
 */
import type { Replica } from '@dockercoins/common/contract';
import { bottleneckOf, limitOf, utilizationOf } from './utilization.ts';
import type { Bottleneck, LoopTimes, StageView } from '../frame.ts';
import type { SeenMiner } from './sample.ts';

/**
 * @param miners those that are alive
 * @param times of a loop
 * @param throughput loops a second
 */
export function stagesOf(miners: SeenMiner[], times: LoopTimes, throughput: number): StageView[] {
  const { work, rngWait, rngService, hasherWait, hasherService } = times;
  const stage = (
    name: StageView['name'],
    replicas: Replica[],
    waitMs: number,
    serviceMs: number,
  ) => {
    const load = { throughput, serviceMs, slots: totalSlots(replicas) };
    const limit = limitOf(load);
    return {
      ...load,
      name,
      replicas: replicas.length,
      waitMs,
      inFlight: (throughput * (waitMs + serviceMs)) / 1000, // Little's law
      utilization: utilizationOf(load),
      limit: Number.isFinite(limit) ? limit : null,
    };
  };
  // A miner is busy with a loop while the loop is served somewhere, not while it waits for a turn.
  const served = work.mean + rngService.mean + hasherService.mean;
  return [
    stage('miner', miners.map(asReplica), rngWait.mean + hasherWait.mean, served),
    stage('rng', replicasOf(miners, 'rng'), rngWait.mean, rngService.mean),
    stage('hasher', replicasOf(miners, 'hasher'), hasherWait.mean, hasherService.mean),
  ];
}

const asReplica = ({ id, concurrency }: SeenMiner): Replica => ({ name: id, slots: concurrency });

/** The replicas that any of the miners met within the last seconds. */
export function replicasOf(miners: SeenMiner[], upstream: 'rng' | 'hasher'): Replica[] {
  const seen = miners.flatMap(({ replicas }) => replicas[upstream]);
  return [...new Map(seen.map((replica) => [replica.name, replica])).values()];
}

/** One replica without a limit makes the whole stage have none. */
function totalSlots(replicas: Replica[]): number {
  if (replicas.some(({ slots }) => slots === 0)) return 0;
  return replicas.reduce((sum, { slots }) => sum + slots, 0);
}

/** The stage with the highest utilization, its limit, and the limit with one more replica of it. */
export function findBottleneck(stages: StageView[]): Bottleneck | null {
  const busiest = bottleneckOf(stages);
  if (busiest?.limit == null) return null;
  const { name, utilization, limit, replicas } = busiest;
  return { name, utilization, limit, limitWithOneMore: (limit * (replicas + 1)) / replicas };
}
