/**
 * Where the bottleneck is, by the utilization law.
 * @module
 */

/** One stage of the pipeline: what passes through it, and how many at once it can serve. */
export interface Load {
  /** Jobs a second. */
  throughput: number;
  /** Mean time that one job is served, in milliseconds. */
  serviceMs: number;
  /** Jobs that are served at once; 0 = no limit. */
  slots: number;
}

/**
 * Utilization of a stage: U = X·S/m, the share of its slots that is busy. From the utilization law
 * (Denning and Buzen, "The Operational Analysis of Queueing Network Models", 1978). 0 where there is
 * no limit.
 */
export function utilizationOf({ throughput, serviceMs, slots }: Load): number {
  return slots === 0 ? 0 : (throughput * serviceMs) / 1000 / slots;
}

/** The most jobs a second that a stage can serve: m/S. Infinity where there is no limit or no service. */
export function limitOf({ serviceMs, slots }: Pick<Load, 'serviceMs' | 'slots'>): number {
  return slots === 0 || serviceMs === 0 ? Infinity : (slots * 1000) / serviceMs;
}

/** The stage with the highest utilization; undefined where none has any. */
export function bottleneckOf<T extends Load>(stages: readonly T[]): T | undefined {
  const [busiest] = stages.toSorted((a, b) => utilizationOf(b) - utilizationOf(a));
  return busiest !== undefined && utilizationOf(busiest) > 0 ? busiest : undefined;
}
