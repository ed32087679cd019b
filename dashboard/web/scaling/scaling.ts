/**
 * How the speed grows with the number of miners, measured from the history.
 * @module
 */
import { median } from '@dockercoins/common/statistics';
import type { Point } from '../../frame/frame.ts';
import { formatCount } from '../ui/format.ts';
import { plateausOf, type Plateau } from '../../frame/plateaus.ts';
import { sameSettings, settingsKey } from '../../frame/settings.ts';
import { letterOf, needLetters, setupWords, type Setup } from './setup-words.ts';

export interface Measurement {
  miners: number;
  /** Median, in hashes per second. */
  speed: number;
  /** speed / (miners × speed of one miner with the same settings); null if the latter is unknown. */
  efficiency: number | null;
  /** True if this is what runs now. */
  current: boolean;
}

/** The measurements of a setup. */
export interface Curve extends Setup {
  /** Tells it from all others. */
  id: string;
  /** Short, for the chart: "4 rngs", or a letter if setups differ in more than that. */
  name: string;
  /** What distinguishes it from the other curves; '' if the name says it. */
  words: string;
  /** True if its replicas and settings are the current ones. */
  current: boolean;
  /** One per number of miners, fewest first. */
  measurements: Measurement[];
}

export interface Scaling {
  /** Fewest rngs first or, if they have letters, oldest first. */
  curves: Curve[];
  /** The latest known numbers of replicas and settings. */
  setup: Setup | undefined;
  /** Whether the current second counts, and if not, why. */
  status: 'measured' | 'measuring' | 'troubled' | 'unknown replicas' | 'idle';
  /** Measured speed of a single miner with the current settings; null if one miner never ran alone. */
  speedOfOne: number | null;
  /** True if other setups were left out: there are too many, or they would not fit on the same scale. */
  omitted: boolean;
  /** True if other setups were left out because the user cleared them. */
  cleared: boolean;
}

/** What the user has cleared: everything before a time, except the setup that ran then. */
export interface Cleared {
  /** Seconds since 1970. */
  at: number;
  /** Id of the curve that stays. */
  keep: string | undefined;
}

export interface ScalingOptions {
  /** Whether to say what hints at the bottleneck. */
  revealed: boolean;
  cleared?: Cleared | undefined;
}

/** Curves of other settings that are this many times as fast or as slow as the current ones do not share a chart. */
const OMIT_FACTOR = 10;

/** More curves than this are a tangle. */
export const MAX_CURVES = 8;

interface Group extends Setup {
  id: string;
  /** Time of its latest measurement. */
  latest: number;
  speeds: Map<number, number[]>;
}

/**
 * Measures the speed for each number of miners, separately for each number of rngs and hashers and each set of settings. Skips
 * plateaus without miners, without loops, or with an unknown number of replicas.
 */
export function scalingOf(
  points: readonly Point[],
  { revealed, cleared }: ScalingOptions,
): Scaling {
  const now = points.at(-1);
  const setup = points.findLast(isKnown);
  const plateaus = plateausOf(points);
  const all = groupsOf(plateaus);
  const groups = groupsOf(plateaus.filter((plateau) => !isCleared(plateau, cleared)));
  const shown = selectShown(groups, setup);
  const names = namesOf(shown, setup, revealed);
  const curves = shown.map((group, index): Curve => {
    const { id, rng, hasher, settings, speeds } = group;
    const one = speedOfOne(group, all);
    const current = setup !== undefined && id === idOf(setup);
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
    const { name = '', words = '' } = names[index] ?? {};
    return { id, name, words, rng, hasher, settings, current, measurements };
  });
  return {
    curves,
    setup,
    status: statusOf(now, plateaus.at(-1)),
    speedOfOne: setup === undefined ? null : speedOfOne(setup, all),
    omitted: shown.length < groups.length,
    cleared: groups.length < all.length,
  };
}

/** Tells a setup from all others. */
export const idOf = ({ rng, hasher, settings }: Setup): string =>
  `${rng} ${hasher} ${settingsKey(settings)}`;

function isCleared(plateau: Plateau, cleared: Cleared | undefined): boolean {
  if (cleared === undefined || plateau.from > cleared.at) return false;
  return !isKnown(plateau) || idOf(plateau) !== cleared.keep;
}

/** Returns the latest setups that fit on the scale of the current settings. */
function selectShown(groups: readonly Group[], setup: Setup | undefined): Group[] {
  const ours = groups.filter(
    (group) => setup !== undefined && sameSettings(group.settings, setup.settings),
  );
  const comparable = groups.filter((group) => ours.includes(group) || isComparable(group, ours));
  const isCurrent = (group: Group) => setup !== undefined && group.id === idOf(setup);
  const latest = comparable
    .toSorted((a, b) => Number(isCurrent(b)) - Number(isCurrent(a)) || b.latest - a.latest)
    .slice(0, MAX_CURVES);
  const shown = comparable.filter((group) => latest.includes(group));
  return needLetters(shown) ? shown : shown.sort((a, b) => a.rng - b.rng);
}

function namesOf(
  shown: readonly Group[],
  setup: Setup | undefined,
  revealed: boolean,
): { name: string; words: string }[] {
  if (needLetters(shown)) {
    const words = setupWords(shown, setup, revealed);
    return words.map((text, index) => ({ name: letterOf(index), words: text }));
  }
  // As long as there has been only one number of rngs, it would be a hint.
  const isHint = !revealed && shown.length < 2;
  return shown.map(({ rng }) => ({ name: isHint ? '' : formatCount(rng, 'rng'), words: '' }));
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

function groupsOf(plateaus: readonly Plateau[]): Group[] {
  const groups = new Map<string, Group>();
  for (const plateau of plateaus) {
    if (!isKnown(plateau) || plateau.miners === 0 || plateau.speed === 0) continue;
    const { miners, rng, hasher, settings, to } = plateau;
    const id = idOf(plateau);
    const group: Group = groups.get(id) ?? {
      id,
      rng,
      hasher,
      settings,
      latest: to,
      speeds: new Map(),
    };
    groups.set(id, group);
    group.latest = to;
    group.speeds.set(miners, [
      ...(group.speeds.get(miners) ?? []),
      ...plateau.points.map(({ speed }) => speed),
    ]);
  }
  return [...groups.values()];
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
    ({ settings, speeds }) => sameSettings(settings, setup.settings) && speeds.has(1),
  );
  const group = candidates.find(({ id }) => id === idOf(setup)) ?? candidates[0];
  const speeds = group?.speeds.get(1);
  return speeds === undefined ? null : median(speeds);
}
