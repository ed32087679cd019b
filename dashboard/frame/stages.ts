/**
 * The stages of the pipeline, by the utilization law and Little's law.
 * @module
 */
import type { Replica, Variations } from '@dockercoins/common/reports';
import { sum } from '@dockercoins/common/statistics';
import {
  totalSlots,
  type LoopTimes,
  type ReplicaLoad,
  type Setting,
  type Settings,
  type StageView,
  type UpstreamName,
  type UpstreamView,
} from './frame.ts';
import { limitOfLoads, loadsOf } from './replica-loads.ts';
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
  const minerWait = rngWait.mean + hasherWait.mean;
  const minerService = work.mean + rngService.mean + hasherService.mean;
  const minerSlots = sum(miners.map(({ concurrency }) => concurrency));
  const stage = (
    name: StageView['name'],
    replicas: number | null,
    slots: number | null,
    waitMs: number,
    serviceMs: number,
    reports: boolean,
    loads?: ReplicaLoad[],
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
      ...(reports && loads !== undefined && ofReplicas(loads, throughput)),
    };
  };
  const upstream = (name: UpstreamName): StageView => {
    const view = upstreams[name];
    const waitMs = times[`${name}Wait`].mean;
    const serviceMs = times[`${name}Service`].mean;
    const loads = loadsOf(view, throughput, (throughput * (waitMs + serviceMs)) / 1000);
    const slots = totalSlots(view.replicas);
    return stage(name, replicasIn(view), slots, waitMs, serviceMs, view.reports, loads);
  };
  const bothReport = upstreams.rng.reports && upstreams.hasher.reports;
  return [
    stage('miner', miners.length, minerSlots, minerWait, minerService, bothReport),
    upstream('rng'),
    upstream('hasher'),
  ];
}

/** An idle replica does not make up for one that is fully used. */
const ofReplicas = (loads: ReplicaLoad[], throughput: number) => ({
  loads,
  utilization: Math.max(...loads.map(({ utilization }) => utilization)),
  limit: limitOfLoads(loads, throughput),
});

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
 * Returns the settings that determine the speed; null if some of them are unknown.
 * @param producer how the producer differs from the usual experiment
 */
export function settingsOf(
  miners: MinerSample[],
  rng: Replica[],
  hasher: Replica[],
  producer?: Variations,
): Settings | null {
  const ofMiners = distinct(
    miners.map(({ workMs, concurrency }) => settingOf(workMs, concurrency)),
  );
  const ofRng = distinct(rng.map(ofReplica));
  const ofHasher = distinct(hasher.map(ofReplica));
  if (ofMiners === null || ofRng === null || ofHasher === null) return null;
  const settings = { miner: ofMiners, rng: ofRng, hasher: ofHasher };
  return producer === undefined ? settings : { ...settings, producer };
}

const ofReplica = ({ delayMs, slots, variations }: Replica) =>
  settingOf(delayMs, slots, variations);

function settingOf(
  delayMs: number | null,
  slots: number | null,
  variations?: Variations,
): Setting | null {
  if (delayMs === null || slots === null) return null;
  return { delayMs, slots, ...(variations && { variations }) };
}

/** Returns the distinct settings, sorted so that equal sets compare as equal; null if the list is empty or one is unknown. */
function distinct(settings: (Setting | null)[]): Setting[] | null {
  const known = settings.filter((setting) => setting !== null);
  if (known.length === 0 || known.length < settings.length) return null;
  const byText = new Map(known.map((setting) => [JSON.stringify(setting), setting]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, setting]) => setting);
}
