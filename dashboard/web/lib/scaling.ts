/**
 * How the speed grows with the number of miners, measured from the history.
 * @module
 */
import { median } from '@dockercoins/common/statistics';
import type { Point } from '../../frame.ts';
import { formatCount } from './format.ts';
import { plateausOf, type Plateau } from './plateaus.ts';

export interface Measurement {
  miners: number;
  /** Median, in hashes per second. */
  speed: number;
  /** speed / (miners × speed of one miner with the same settings); null if the latter is unknown. */
  efficiency: number | null;
  /** True if this is what runs now. */
  current: boolean;
}

/** The measurements with the same number of replicas and the same settings. */
export interface Curve {
  rng: number;
  hasher: number;
  settings: string;
  /** How it differs from the other curves, apart from its rngs: "2 hashers, work 0 ms". Often empty. */
  differences: string;
  /** True if its replicas and settings are the current ones. */
  current: boolean;
  /** One per number of miners, fewest first. */
  measurements: Measurement[];
}

export interface Scaling {
  /** Fewest replicas first. */
  curves: Curve[];
  /** The latest known numbers of replicas and settings. */
  setup: Setup | undefined;
  /** Whether the current second counts, and if not, why. */
  status: 'measured' | 'measuring' | 'troubled' | 'unknown replicas' | 'idle';
  /** Measured speed of a single miner with the current settings; null if one miner never ran alone. */
  speedOfOne: number | null;
  /** True if curves of other settings were left out because they would not fit on the same scale. */
  omitted: boolean;
}

/** Curves of other settings that are this many times as fast or as slow as the current ones do not share a chart. */
const OMIT_FACTOR = 10;

export type Setup = Pick<Curve, 'rng' | 'hasher' | 'settings'>;
type Group = Setup & { speeds: Map<number, number[]> };

/**
 * Measures the speed for each number of miners, separately for each number of rngs and hashers and each set of settings. Skips
 * plateaus without miners, without loops, or with an unknown number of replicas.
 */
export function scalingOf(points: readonly Point[]): Scaling {
  const now = points.at(-1);
  const setup = points.findLast(isKnown);
  const plateaus = plateausOf(points);
  const groups = groupsOf(plateaus);
  const settings = setup?.settings;
  const ours = groups.filter((group) => group.settings === settings);
  const shown = groups.filter((group) => ours.includes(group) || isComparable(group, ours));
  const curves = shown.toSorted(byReplicas).map((group): Curve => {
    const { rng, hasher, speeds } = group;
    const one = speedOfOne(group, groups);
    const current = setup !== undefined && isSameSetup(group, setup);
    const measurements = [...speeds].map(([miners, values]): Measurement => {
      const speed = median(values);
      return {
        miners,
        speed,
        efficiency: one === null ? null : speed / (miners * one),
        current: current && miners === now?.miners,
      };
    });
    measurements.sort((a, b) => a.miners - b.miners);
    return {
      rng,
      hasher,
      settings: group.settings,
      differences: differencesOf(group, shown),
      current,
      measurements,
    };
  });
  return {
    curves,
    setup,
    status: statusOf(now, plateaus.at(-1)),
    speedOfOne: setup === undefined ? null : speedOfOne(setup, groups),
    omitted: shown.length < groups.length,
  };
}

function statusOf(now: Point | undefined, latest: Plateau | undefined): Scaling['status'] {
  if (now === undefined || now.miners === 0 || !now.speed) return 'idle';
  if (now.troubled) return 'troubled';
  if (!isKnown(now)) return 'unknown replicas';
  return latest?.to === now.at ? 'measured' : 'measuring';
}

function isKnown<T extends Pick<Point, 'rng' | 'hasher'>>(point: T): point is T & Setup {
  return point.rng !== null && point.hasher !== null;
}

const isSameSetup = (a: Setup, b: Setup) =>
  a.rng === b.rng && a.hasher === b.hasher && a.settings === b.settings;

const byReplicas = (a: Setup, b: Setup) =>
  a.rng - b.rng || a.hasher - b.hasher || a.settings.localeCompare(b.settings);

function groupsOf(plateaus: readonly Plateau[]): Group[] {
  const groups: Group[] = [];
  for (const plateau of plateaus) {
    if (!isKnown(plateau) || plateau.miners === 0 || plateau.speed === 0) continue;
    const { miners, rng, hasher, settings } = plateau;
    let group = groups.find((candidate) => isSameSetup(candidate, plateau));
    if (group === undefined) groups.push((group = { rng, hasher, settings, speeds: new Map() }));
    group.speeds.set(miners, [
      ...(group.speeds.get(miners) ?? []),
      ...plateau.points.map(({ speed }) => speed),
    ]);
  }
  return groups;
}

const topSpeed = (groups: readonly Group[]) =>
  Math.max(...groups.flatMap(({ speeds }) => [...speeds.values()].map(median)));

function isComparable(group: Group, ours: readonly Group[]): boolean {
  if (ours.length === 0) return true;
  const ratio = topSpeed([group]) / topSpeed(ours);
  return ratio < OMIT_FACTOR && ratio > 1 / OMIT_FACTOR;
}

/** A single miner's speed with this setup, or else with other numbers of replicas, which make no difference to one miner. */
function speedOfOne(setup: Setup, groups: readonly Group[]): number | null {
  const candidates = groups.filter(
    ({ settings, speeds }) => settings === setup.settings && speeds.has(1),
  );
  const group = candidates.find((candidate) => isSameSetup(candidate, setup)) ?? candidates[0];
  const speeds = group?.speeds.get(1);
  return speeds === undefined ? null : median(speeds);
}

function differencesOf(setup: Setup, all: readonly Setup[]): string {
  const sameHashers = all.every(({ hasher }) => hasher === setup.hasher);
  const settings = partsOf(setup).filter(
    (part) => !all.every((other) => partsOf(other).includes(part)),
  );
  return [...(sameHashers ? [] : [formatCount(setup.hasher, 'hasher')]), ...settings].join(', ');
}

const partsOf = ({ settings }: Setup) =>
  settings === '' ? ['unknown settings'] : settings.split(', ');
