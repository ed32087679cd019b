/**
 * The stages of the pipeline, and which of them is the bottleneck, by the utilization law.
 * @module
 */
import type { Replica } from '@dockercoins/common/contract';
import type { Bottleneck, LoopTimes, StageView } from '../frame.ts';
import type { MinerSample } from './sample.ts';

export type Load = Pick<StageView, 'throughput' | 'serviceMs' | 'slots'>;

/**
 * Returns the utilization of a stage: U = X·S/m, the share of its slots that is busy; 0 if they are unlimited. From the
 * utilization law (Denning and Buzen, "The Operational Analysis of Queueing Network Models", 1978).
 */
export function utilizationOf({ throughput, serviceMs, slots }: Load): number {
  return slots === 0 ? 0 : (throughput * serviceMs) / 1000 / slots;
}

/** Returns the maximum throughput of a stage in loops per second: m/S; null if it is unlimited. */
export function limitOf({ serviceMs, slots }: Omit<Load, 'throughput'>): number | null {
  return slots === 0 || serviceMs === 0 ? null : (slots * 1000) / serviceMs;
}

/**
 * Returns the stages miner, rng and hasher.
 * @param throughput loops per second
 */
export function stagesOf(miners: MinerSample[], times: LoopTimes, throughput: number): StageView[] {
  const { work, rngWait, rngService, hasherWait, hasherService } = times;
  const stage = (
    name: StageView['name'],
    replicas: Replica[],
    waitMs: number,
    serviceMs: number,
  ) => {
    const load = { throughput, serviceMs, slots: totalSlots(replicas) };
    return {
      ...load,
      name,
      replicas: replicas.length,
      waitMs,
      inFlight: (throughput * (waitMs + serviceMs)) / 1000, // Little's law
      utilization: utilizationOf(load),
      limit: limitOf(load),
    };
  };
  // While a loop waits at rng or hasher, its miner counts as waiting, not as busy.
  const minerService = work.mean + rngService.mean + hasherService.mean;
  return [
    stage('miner', miners.map(asReplica), rngWait.mean + hasherWait.mean, minerService),
    stage('rng', replicasOf(miners, 'rng'), rngWait.mean, rngService.mean),
    stage('hasher', replicasOf(miners, 'hasher'), hasherWait.mean, hasherService.mean),
  ];
}

const asReplica = ({ id, concurrency }: MinerSample): Replica => ({ name: id, slots: concurrency });

/** Returns the replicas that served any of the miners within the last few seconds, each once. */
export function replicasOf(miners: MinerSample[], upstream: 'rng' | 'hasher'): Replica[] {
  const replicas = miners.flatMap((miner) => miner.replicas[upstream]);
  return [...new Map(replicas.map((replica) => [replica.name, replica])).values()];
}

/** A single unlimited replica makes the whole stage unlimited. */
function totalSlots(replicas: Replica[]): number {
  if (replicas.some(({ slots }) => slots === 0)) return 0;
  return replicas.reduce((sum, { slots }) => sum + slots, 0);
}

/** Returns the stage with the highest utilization; null if no stage is utilized. */
export function findBottleneck(stages: StageView[]): Bottleneck | null {
  const [busiest] = stages.toSorted((a, b) => b.utilization - a.utilization);
  if (busiest?.limit == null || busiest.utilization <= 0) return null;
  const { name, utilization, limit, replicas } = busiest;
  return { name, utilization, limit, limitWithOneMore: (limit * (replicas + 1)) / replicas };
}
