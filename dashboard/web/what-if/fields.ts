/**
 * What a visitor can change.
 * @module
 */
import { DEFAULTS, type Settings } from '../../../simulation/settings.ts';
import { formatCount } from '../ui/format.ts';
import { withSettings, type Setup } from './setup.ts';

type NumberSetting = {
  [K in keyof Settings]: Settings[K] extends number ? K : never;
}[keyof Settings];

export interface Field {
  name: keyof Setup['scale'] | NumberSetting;
  label: string;
  /** '' for counts. */
  unit: string;
  min: number;
  /** More than this can be typed, up to `limit`. */
  max: number;
  limit: number;
  step: number;
  /** What 0 means, if that is not obvious. */
  zero?: string;
  /** True if it hints at what limits the speed. */
  hints: boolean;
}

/** `npm start` runs at most 200 replicas of a service. */
const replicas = { unit: '', min: 1, limit: 200, step: 1, hints: false };
const delay = { unit: 'ms', min: 0, max: 500, limit: 10_000, step: 5, hints: true };

export const FIELDS: readonly Field[] = [
  { name: 'miner', label: 'Miners', max: 40, ...replicas },
  { name: 'rng', label: 'rngs', max: 10, ...replicas },
  { name: 'hasher', label: 'Hashers', max: 10, ...replicas },
  {
    name: 'PRODUCER_RATE',
    label: 'Arrivals',
    unit: 'jobs/s',
    zero: 'auto',
    ...{ min: 0, max: 60, limit: 1000, step: 1, hints: false },
  },
  {
    name: 'MINER_CONCURRENCY',
    label: 'Concurrency',
    unit: '',
    ...{ min: 1, max: 16, limit: 200, step: 1, hints: true },
  },
  { name: 'MINER_WORK_MS', label: 'Work', ...delay },
  {
    name: 'RNG_SLOTS',
    label: 'rng slots',
    unit: '',
    zero: 'no limit',
    ...{ min: 0, max: 10, limit: 1000, step: 1, hints: true },
  },
  { name: 'RNG_DELAY_MS', label: 'rng delay', ...delay },
  { name: 'HASHER_DELAY_MS', label: 'hasher delay', ...delay },
];

/** Values by field. */
export type Edits = Partial<Record<Field['name'], number>>;

export function valueOf({ scale, settings }: Setup, name: Field['name']): number {
  return isService(name) ? scale[name] : (settings[name] ?? DEFAULTS[name]);
}

/** Returns the setup with these values. */
export function edited(setup: Setup, edits: Edits): Setup {
  const { scale } = setup;
  const { miner = scale.miner, rng = scale.rng, hasher = scale.hasher, ...settings } = edits;
  return withSettings({ ...setup, scale: { miner, rng, hasher } }, settings);
}

/** Returns what turns one setup into another one. */
export const editsBetween = (from: Setup, to: Setup): Edits =>
  Object.fromEntries(differing(from, to).map(({ name }) => [name, valueOf(to, name)]));

const differing = (a: Setup, b: Setup) =>
  FIELDS.filter(({ name }) => valueOf(a, name) !== valueOf(b, name));

/** Returns the nearest value that the field allows; undefined if it is no number. */
export function allowed({ min, limit, name }: Field, value: number): number | undefined {
  if (!Number.isFinite(value)) return undefined;
  const rounded = name === 'PRODUCER_RATE' ? value : Math.round(value);
  return Math.max(min, Math.min(limit, rounded));
}

const isService = (name: Field['name']): name is keyof Setup['scale'] =>
  name === 'miner' || name === 'rng' || name === 'hasher';

/** Returns what distinguishes a setup from another one: "10 miners, 4 rngs, delay of rng 40 ms". */
export function setupText(setup: Setup, other: Setup): string {
  return differing(setup, other)
    .map((field) => fieldText(field, valueOf(setup, field.name)))
    .join(', ');
}

function fieldText({ name, label, unit, zero }: Field, value: number): string {
  const noun = label.toLowerCase();
  if (isService(name)) return formatCount(value, name);
  const words = value === 0 && zero !== undefined ? zero : `${value} ${unit}`.trim();
  return `${noun}: ${words}`;
}
