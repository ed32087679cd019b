/**
 * What distinguishes setups, in words.
 * @module
 */
import { variationWords } from '@dockercoins/common/variation-words';
import type { Setting, Settings, UpstreamName } from '../../frame/frame.ts';
import { formatCount, formatInteger } from '../ui/format.ts';
import { settingsKey } from '../../frame/settings.ts';

/** Numbers of replicas, and settings. */
export interface Setup {
  rng: number;
  hasher: number;
  /** Null if unknown. */
  settings: Settings | null;
}

/** A property of a setup in words; '' if it is as usual, or unknown. */
type Aspect = (setup: Setup) => string;

const COUNTS: Aspect[] = [
  ({ rng }) => formatCount(rng, 'rng'),
  ({ hasher }) => formatCount(hasher, 'hasher'),
];

/** Delays and slots hint at the bottleneck. */
const SECRETS: Aspect[] = [
  ofSettings(({ miner }) => `work ${listOf(miner.map(({ delayMs }) => delayMs))} ms`),
  ofSettings(({ miner }) => `${listOf(miner.map(({ slots }) => slots))} at once per miner`),
  ...(['rng', 'hasher'] as const).flatMap((name) => [delayOf(name), slotsOf(name)]),
];

const VARIATIONS: Aspect[] = [
  ofSettings(({ producer }) =>
    variationWords(producer)
      .map((words) => `producer ${words}`)
      .join('; '),
  ),
  variationsOf('rng'),
  variationsOf('hasher'),
];

/**
 * Returns for each setup what distinguishes it from the others: "2 hashers; rng fails 5% of requests".
 * @param current the setup that runs now
 * @param revealed whether to say what hints at the bottleneck
 */
export function setupWords(
  setups: readonly Setup[],
  current: Setup | undefined,
  revealed: boolean,
): string[] {
  const differs = (aspect: Aspect) => new Set(setups.filter(isKnown).map(aspect)).size > 1;
  const counts = COUNTS.filter((aspect) => new Set(setups.map(aspect)).size > 1);
  const secrets = SECRETS.filter(differs);
  const variations = VARIATIONS.filter(differs);
  const secretsOf = (setup: Setup) => secrets.map((aspect) => aspect(setup)).join();
  const hidden: Aspect = (setup) =>
    current !== undefined && secretsOf(setup) === secretsOf(current)
      ? 'current settings'
      : 'other settings';
  const settings = revealed || secrets.length === 0 ? secrets : [hidden];
  return setups.map((setup) => {
    const aspects = isKnown(setup) ? [...counts, ...settings, ...variations] : counts;
    const words = aspects.map((aspect) => aspect(setup)).filter(Boolean);
    if (!isKnown(setup)) words.push('unknown settings');
    else if (variations.length > 0 && variations.every((aspect) => aspect(setup) === ''))
      words.push('no variations');
    return words.join('; ') || 'known settings';
  });
}

const isKnown = ({ settings }: Setup) => settings !== null;

/** Returns true if more than their numbers of rngs distinguishes the setups. */
export const needLetters = (setups: readonly Setup[]): boolean =>
  new Set(setups.map(({ hasher, settings }) => `${hasher} ${settingsKey(settings)}`)).size > 1;

/** Returns the name of a setup: A to Z, then A2 to Z2, and so on. */
export function letterOf(index: number): string {
  const round = Math.floor(index / 26);
  return String.fromCharCode(65 + (index % 26)) + (round === 0 ? '' : String(round + 1));
}

function ofSettings(words: (settings: Settings) => string): Aspect {
  return ({ settings }) => (settings === null ? '' : words(settings));
}

const listOf = (values: number[]) => [...new Set(values)].map(formatInteger).join(' or ');

function delayOf(name: UpstreamName): Aspect {
  return ofSettings(
    (settings) => `${name} ${listOf(settings[name].map(({ delayMs }) => delayMs))} ms`,
  );
}

function slotsOf(name: UpstreamName): Aspect {
  const words = ({ slots }: Setting) => (slots === 0 ? 'all' : formatInteger(slots));
  return ofSettings(
    (settings) => `${name} serves ${[...new Set(settings[name].map(words))].join(' or ')} at once`,
  );
}

function variationsOf(name: UpstreamName): Aspect {
  const article = name === 'rng' ? 'an' : 'a';
  return ofSettings((settings) => {
    const lists = settings[name].map(({ variations }) => variationWords(variations));
    const isCommon = (words: string) => lists.every((list) => list.includes(words));
    return [...new Set(lists.flat())]
      .map((words) => (isCommon(words) ? `${name} ${words}` : `${article} ${name} ${words}`))
      .join('; ');
  });
}
