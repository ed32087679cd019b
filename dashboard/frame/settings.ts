/**
 * The settings that determine the speed: compared, and in words.
 * @module
 */
import { variationWords } from '@dockercoins/common/variation-words';
import type { Setting, Settings } from './frame.ts';

const keys = new WeakMap<Settings, string>();

/** Returns a text that equal settings have in common; '' if they are unknown. */
export function settingsKey(settings: Settings | null): string {
  if (settings === null) return '';
  let key = keys.get(settings);
  if (key === undefined) {
    const { miner, rng, hasher, producer = {} } = settings;
    const values = [miner, rng, hasher].map((list) =>
      list.map(({ delayMs, slots, variations = {} }) => [delayMs, slots, variations]),
    );
    keys.set(settings, (key = JSON.stringify([...values, producer])));
  }
  return key;
}

export const sameSettings = (a: Settings | null, b: Settings | null): boolean =>
  settingsKey(a) === settingsKey(b);

/** Returns all settings: "work 100 ms, rng 100 ms × 1 or 50 ms × 2, hasher 100 ms"; '' if they are unknown. */
export function settingsText(settings: Settings | null): string {
  if (settings === null) return '';
  const { miner, rng, hasher, producer } = settings;
  return [
    `work ${textOf(miner, 1)}`,
    `rng ${textOf(rng, 0)}`,
    `hasher ${textOf(hasher, 0)}`,
    ...variationWords(producer).map((words) => `producer ${words}`),
  ].join(', ');
}

/** @param usual number of slots that goes without saying */
function textOf(settings: Setting[], usual: number): string {
  return settings
    .map(({ delayMs, slots, variations }) => {
      const times = slots === usual ? '' : ` × ${slots}`;
      const words = variationWords(variations).join('; ');
      return `${delayMs} ms${times}${words && ` (${words})`}`;
    })
    .join(' or ');
}
