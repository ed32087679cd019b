import type { MinerView } from '../../frame/frame.ts';
import { compare } from '../miners/sort-miners.ts';

/** More miners than this do not fit; one square then stands for several. */
const MAX_GROUPS = 50;

/** What one square of the picture stands for. */
export interface MinerGroup {
  /** Id of its first miner. */
  id: string;
  miners: number;
  lost: boolean;
  /** Jobs in progress, and their maximum. */
  active: number;
  concurrency: number;
}

/**
 * Returns the miners by name, each in a group of its own or, if there are many, in groups of equal size; lost ones among
 * themselves.
 */
export function minerGroups(fleet: readonly MinerView[]): MinerGroup[] {
  const size = minersPerGroup(fleet.length);
  const byName = fleet.toSorted((a, b) => compare(a.name, b.name) || compare(a.id, b.id));
  const lostLast = (a: MinerView, b: MinerView) => Number(a.lost) - Number(b.lost);
  const ordered = size === 1 ? byName : byName.toSorted(lostLast);
  const groups: MinerGroup[] = [];
  for (const { id, lost, active, concurrency } of ordered) {
    let group = groups.at(-1);
    if (group === undefined || group.miners === size || group.lost !== lost) {
      group = { id, miners: 0, lost, active: 0, concurrency: 0 };
      groups.push(group);
    }
    group.miners += 1;
    group.active += active;
    group.concurrency += concurrency;
  }
  return groups;
}

/** Returns how many miners one square stands for. */
export function minersPerGroup(miners: number): number {
  return Math.max(1, Math.ceil(miners / MAX_GROUPS));
}
