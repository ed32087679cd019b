/**
 * What the delays allow on paper. The asymptotic bounds, the utilization law, and Little's law are those of Denning and Buzen,
 * "The Operational Analysis of Queueing Network Models", 1978.
 * @module
 */

/** Replicas that each serve a few requests at once, with a constant delay. */
export interface Station {
  replicas: number;
  /** Requests that a replica serves at once; 0 = unlimited. */
  slots: number;
  delayMs: number;
}

/** A closed system: each miner always has one loop in progress. */
export interface System {
  miners: number;
  workMs: number;
  rng: Station;
  hasher: Station;
}

export type StationName = 'rng' | 'hasher';

/** One of each, with the delays of the contract, which are the defaults of the services. */
export const CONTRACT: System = {
  miners: 1,
  workMs: 100,
  rng: { replicas: 1, slots: 1, delayMs: 100 },
  hasher: { replicas: 1, slots: 0, delayMs: 100 },
};

/** Returns the contract's system with this many miners and rngs. */
export const systemOf = (miners: number, rngs: number): System => ({
  ...CONTRACT,
  miners,
  rng: { ...CONTRACT.rng, replicas: rngs },
});

/** Returns the shortest time that a loop takes, in milliseconds: nobody waits. */
export const loopMs = ({ workMs, rng, hasher }: System): number =>
  workMs + rng.delayMs + hasher.delayMs;

/** Returns how many loops per second each part allows: n/R for the miners, m/S for a station; Infinity without a limit. */
export function limitsOf(system: System): Record<'miner' | StationName, number> {
  const limitOf = ({ replicas, slots, delayMs }: Station) =>
    slots === 0 ? Infinity : (replicas * slots * 1000) / delayMs;
  return {
    miner: (system.miners * 1000) / loopMs(system),
    rng: limitOf(system.rng),
    hasher: limitOf(system.hasher),
  };
}

/** Returns the speed that the delays allow, in loops per second: the lowest limit. */
export const speedOf = (system: System): number => Math.min(...Object.values(limitsOf(system)));

/**
 * Returns the utilization of a station with these slots in total: U = X·S/m. Infinite slots are never busy.
 * @param throughput X, in requests per second
 * @param serviceMs S, in milliseconds
 * @param slots m; 0 = unlimited
 */
export const utilizationOf = (throughput: number, serviceMs: number, slots: number): number =>
  slots === 0 ? 0 : (throughput * serviceMs) / 1000 / slots;

/**
 * Returns how long another request waits at a station before it is served, in milliseconds, if all replicas get their share.
 *
 * If the station is the bottleneck, all loops that are not elsewhere are there (Little's law). Ahead of the new request are
 * those at its slot, and the one in service is half done on average. Otherwise, a slot is busy with probability U, and the
 * request in service is half done.
 */
export function waitMs(system: System, name: StationName): number {
  const { replicas, slots, delayMs } = system[name];
  if (slots === 0) return 0;
  const speed = speedOf(system);
  const utilization = utilizationOf(speed, delayMs, replicas * slots);
  if (utilization < 1) return (utilization * delayMs) / 2;
  const elsewhereMs = loopMs(system) - delayMs;
  const present = system.miners - (speed * elsewhereMs) / 1000;
  return (present / (replicas * slots) - 0.5) * delayMs;
}
