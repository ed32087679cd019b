/**
 * What replicas allow that differ in speed or slots.
 *
 * Miners use replicas in turn. With even shares, the slowest replica limits all, because every nth loop waits for it. If its
 * responses take far longer than those of another one, miners also avoid it now and then. Then its share is smaller, the others
 * do what they can, and the loops that are at the slow replica are missing elsewhere.
 * @module
 */
import { sum } from '@dockercoins/common/statistics';
import type { ReplicaLoad, UpstreamView } from './frame.ts';

/** What a stage would do with other replicas. */
export interface Outlook {
  /** Loops per second. */
  limit: number;
  /** Mean service time of the replicas that are not avoided (ms). */
  serviceMs: number;
  /** Loops at replicas that miners avoid now and then, and how many of them complete per second. */
  held: Held;
}

export interface Held {
  loops: number;
  throughput: number;
}

/** Shares that differ by less are the same share: in ten seconds, replicas may differ by a response or two. */
const EVEN = 0.75;

/** Utilizations that differ by less do not tell replicas with even shares apart: delays may be random. */
const DISTINCT = 0.75;

/** If some are avoided, replicas do differ. Below this share of the highest utilization, one is less busy. */
const LESS_BUSY = 0.9;

/**
 * Returns the replicas of rng or hasher if there are several and all of them are known.
 * @param throughput loops per second
 * @param inFlight mean number of loops at all replicas
 */
export function loadsOf(
  { replicas }: UpstreamView,
  throughput: number,
  inFlight: number,
): ReplicaLoad[] | undefined {
  const loads = replicas.flatMap(({ name, slots, load }) => {
    if (slots === null || slots === 0 || load === undefined) return [];
    const { share, serviceMs, timeShare } = load;
    const utilization = (throughput * share * serviceMs) / 1000 / slots;
    return [{ name, slots, share, serviceMs, utilization, inFlight: inFlight * timeShare }];
  });
  return loads.length === replicas.length && loads.length > 1 ? loads : undefined;
}

/** Returns how many responses per second a replica can give. */
const capacityOf = ({ slots, serviceMs }: ReplicaLoad) => (slots * 1000) / serviceMs;

/**
 * Returns the throughput at which the replicas are fully utilized, in loops per second; null without a limit.
 * @param throughput now
 */
export function limitOfLoads(loads: readonly ReplicaLoad[], throughput: number): number | null {
  const avoided = avoidedOf(loads, throughput);
  const used = loads.filter((load) => !avoided.includes(load));
  const limit =
    avoided.length > 0
      ? sum(used.map(capacityOf)) + heldBy(avoided, throughput).throughput
      : Math.min(...loads.map((load) => capacityOf(load) / load.share));
  return Number.isFinite(limit) ? limit : null;
}

/**
 * Returns the replicas that miners avoid now and then: those with a smaller share than the others that are too slow for an even
 * one.
 */
export function avoidedOf(loads: readonly ReplicaLoad[], throughput: number): ReplicaLoad[] {
  if (haveEvenShares(loads)) return [];
  const even = throughput / loads.length;
  return loads.filter((load) => capacityOf(load) < even && load.share < 1 / loads.length);
}

/** Returns the busiest replicas, and those that are much less busy. */
export function byUtilization(loads: readonly ReplicaLoad[], avoided: readonly ReplicaLoad[]) {
  const highest = Math.max(...loads.map(({ utilization }) => utilization));
  const lowest = highest * (avoided.length > 0 ? LESS_BUSY : DISTINCT);
  const busy = loads.filter(({ utilization }) => utilization >= lowest);
  return { busy, others: loads.filter((load) => !busy.includes(load)) };
}

/**
 * Returns what the stage would allow with another replica that is as fast as the fastest one; null if that is unknown.
 * @param throughput now, in loops per second
 */
export function withAnother(loads: readonly ReplicaLoad[], throughput: number): Outlook | null {
  const fastest = loads.toSorted((a, b) => capacityOf(b) - capacityOf(a))[0];
  return fastest === undefined ? null : outlookOf(loads, [...loads, fastest], throughput);
}

/**
 * Returns what the stage would allow without one of its replicas; null if that is unknown.
 * @param throughput now, in loops per second
 */
export function withoutReplica(
  loads: readonly ReplicaLoad[],
  gone: ReplicaLoad,
  throughput: number,
): Outlook | null {
  return outlookOf(
    loads,
    loads.filter((load) => load !== gone),
    throughput,
  );
}

/** Those that are avoided now will be avoided then, and the others get even shares. */
function outlookOf(
  now: readonly ReplicaLoad[],
  then: readonly ReplicaLoad[],
  throughput: number,
): Outlook | null {
  const nowAvoided = avoidedOf(now, throughput);
  if (!haveEvenShares(now.filter((load) => !nowAvoided.includes(load)))) return null; // nobody knows why
  const avoided = then.filter((load) => nowAvoided.includes(load));
  const used = then.filter((load) => !nowAvoided.includes(load));
  const held = heldBy(avoided, throughput);
  const limit = used.length * Math.min(...used.map(capacityOf)) + held.throughput;
  const serviceMs = sum(used.map((load) => load.serviceMs)) / used.length;
  return Number.isFinite(limit) ? { limit, serviceMs, held } : null;
}

function haveEvenShares(loads: readonly ReplicaLoad[]): boolean {
  const shares = loads.map(({ share }) => share);
  return Math.min(...shares) >= EVEN * Math.max(...shares);
}

export const heldBy = (avoided: readonly ReplicaLoad[], throughput: number): Held => ({
  loops: sum(avoided.map(({ inFlight }) => inFlight)),
  throughput: throughput * sum(avoided.map(({ share }) => share)),
});
