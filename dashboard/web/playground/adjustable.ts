/**
 * The settings that the playground lets people change, with their limits: those of the services, or narrower.
 * @module
 */
import type { ServiceName, SettingName } from '../../../simulation/settings.ts';

/** Whole numbers. */
export const ADJUSTABLE = [
  { name: 'RNG_DELAY_MS', label: 'rng takes, ms', min: 0, max: 10_000 },
  { name: 'RNG_SLOTS', label: 'rng slots (0: no limit)', min: 0, max: 100 },
  { name: 'HASHER_DELAY_MS', label: 'hasher takes, ms', min: 0, max: 10_000 },
  { name: 'HASHER_SLOTS', label: 'hasher slots (0: no limit)', min: 0, max: 100 },
  { name: 'MINER_WORK_MS', label: 'miner works, ms', min: 1, max: 10_000 },
  { name: 'MINER_CONCURRENCY', label: 'loops per miner at once', min: 1, max: 20 },
  { name: 'PRODUCER_RATE', label: 'jobs per second (0: as needed)', min: 0, max: 500 },
] as const satisfies { name: SettingName; label: string; min: number; max: number }[];

/** What the playground can scale, and to how many. A browser simulates that many miners in real time. */
export const SCALABLE = [
  { service: 'miner', label: 'Miners', min: 0, max: 100 },
  { service: 'rng', label: 'rngs', min: 1, max: 50 },
  { service: 'hasher', label: 'hashers', min: 1, max: 50 },
] as const satisfies { service: ServiceName; label: string; min: number; max: number }[];

const LIMITS = new Map<string, { min: number; max: number }>([
  ...ADJUSTABLE.map((setting) => [setting.name, setting] as const),
  ...SCALABLE.map((service) => [service.service, service] as const),
]);

/** Returns true for a setting or service that can be changed. */
export const isAdjustable = (name: string): boolean => LIMITS.has(name);

/** Returns the value of this setting or service; if it is not valid, what was expected. */
export function readAdjustable(name: string, text: string): number | string {
  const { min, max } = LIMITS.get(name) ?? { min: 0, max: 0 };
  const value = /^\d{1,7}$/.test(text) ? Number(text) : NaN;
  return value >= min && value <= max ? value : `a whole number from ${min} to ${max}`;
}
