/**
 * The stages of the pipeline, by the utilization law and Little's law.
 * @module
 */
import type { Replica } from '@dockercoins/common/contract';
import {
  totalSlots,
  type LoopTimes,
  type StageView,
  type UpstreamName,
  type UpstreamView,
} from '../frame.ts';
import type { MinerSample } from './sample.ts';

export interface Load {
  /** Loops per second. */
  throughput: number;
  serviceMs: number;
  /** 0 = unlimited. */
  slots: number;
}

/**
 * Returns the utilization of a stage: U = X·S/m, the share of its slots that is busy; null if they are unlimited. From the
 * utilization law (Denning and Buzen, "The Operational Analysis of Queueing Network Models", 1978).
 */
export function utilizationOf({ throughput, serviceMs, slots }: Load): number | null {
  return slots === 0 ? null : (throughput * serviceMs) / 1000 / slots;
}

/** Returns the maximum throughput of a stage in loops per second: m/S; null if it is unlimited. */
export function limitOf({ serviceMs, slots }: Omit<Load, 'throughput'>): number | null {
  return slots === 0 || serviceMs === 0 ? null : (slots * 1000) / serviceMs;
}

/**
 * Returns the stages miner, rng and hasher. While a loop waits at rng or hasher, its miner counts as waiting, not as busy. If
 * rng or hasher does not report its service time, neither its own utilization is known nor that of the miners.
 * @param throughput loops per second
 */
export function stagesOf(
  miners: MinerSample[],
  upstreams: Record<UpstreamName, UpstreamView>,
  times: LoopTimes,
  throughput: number,
): StageView[] {
  const { work, rngWait, rngService, hasherWait, hasherService } = times;
  const { rng, hasher } = upstreams;
  const minerWait = rngWait.mean + hasherWait.mean;
  const minerService = work.mean + rngService.mean + hasherService.mean;
  const minerSlots = miners.reduce((sum, { concurrency }) => sum + concurrency, 0);
  const stage = (
    name: StageView['name'],
    replicas: number | null,
    slots: number | null,
    waitMs: number,
    serviceMs: number,
    reports: boolean,
  ): StageView => {
    const totalMs = waitMs + serviceMs;
    const load = { throughput, serviceMs, slots: slots ?? 0 };
    return {
      ...{ name, replicas, throughput, totalMs },
      slots: reports ? slots : null,
      waitMs: reports ? waitMs : null,
      serviceMs: reports ? serviceMs : null,
      inFlight: (throughput * totalMs) / 1000, // Little's law
      utilization: reports ? utilizationOf(load) : null,
      limit: reports ? limitOf(load) : null,
    };
  };
  return [
    stage(
      'miner',
      miners.length,
      minerSlots,
      minerWait,
      minerService,
      rng.reports && hasher.reports,
    ),
    stage(
      'rng',
      replicasIn(rng),
      totalSlots(rng.replicas),
      rngWait.mean,
      rngService.mean,
      rng.reports,
    ),
    stage(
      'hasher',
      replicasIn(hasher),
      totalSlots(hasher.replicas),
      hasherWait.mean,
      hasherService.mean,
      hasher.reports,
    ),
  ];
}

/** Reasons of failures that mean that nothing listens. A replica that is frozen or answers with errors exists. */
const NOBODY = /^(E[A-Z_]+|no connection\b.*)$/;

/**
 * Returns how many replicas serve the miners: 0 if nothing listens; null if unknown, because nothing was requested, no request
 * succeeds, or the replicas do not give their names.
 */
export function replicasIn({ replicas, failures, reports }: UpstreamView): number | null {
  if (replicas.length > 0) return replicas.length;
  return failures !== null && NOBODY.test(failures.reason) && reports ? 0 : null;
}

/**
 * Describes the settings that determine the speed, for people: "work 100 ms, rng 100 ms × 1, hasher 100 ms". Replicas or miners
 * with different settings are listed one after another. Empty if any of them are unknown.
 */
export function describeSettings(miners: MinerSample[], rng: Replica[], hasher: Replica[]): string {
  const parts = [
    ['work', miners.map(({ workMs, concurrency }) => times(workMs, concurrency, 1))],
    ['rng', rng.map(ofReplica)],
    ['hasher', hasher.map(ofReplica)],
  ] as const;
  if (parts.some(([, texts]) => texts.length === 0 || texts.includes(null))) return '';
  return parts
    .map(([name, texts]) => `${name} ${[...new Set(texts)].sort().join(' or ')}`)
    .join(', ');
}

function ofReplica({ delayMs, slots, variations = [] }: Replica): string | null {
  const text = times(delayMs, slots, 0);
  return text === null || variations.length === 0 ? text : `${text} (${variations.join('; ')})`;
}

/** Returns a delay and how many take it at once, unless that is the usual number; null if either is unknown. */
function times(ms: number | null, count: number | null, usual: number): string | null {
  if (ms === null || count === null) return null;
  return `${ms} ms${count === usual ? '' : ` × ${count}`}`;
}
