/**
 * What is simulated, and how fast: the state of the playground, which is in its address, so that a link opens the same one.
 *
 *     #scenario=slow-replica&speed=10&at=60:kill=miner-2:30
 *     #miner=10&rng=4&RNG_DELAY_MS=50&seed=7
 * @module
 */
import {
  formatHappening,
  HAPPENINGS,
  parseHappening,
  parseNumber,
  type TimedHappening,
} from '../../../simulation/happenings.ts';
import type { Happening } from '../../../simulation/pipeline.ts';
import {
  MEASURED,
  planOf,
  type Plan,
  type Scale,
  type Settings,
} from '../../../simulation/settings.ts';
import { isAdjustable, readAdjustable } from './adjustable.ts';
import type { Scenario, Scenarios } from './scenarios/scenario.ts';

/** Virtual seconds per second. */
export const SPEEDS = [1, 10, 100] as const;
export type Speed = (typeof SPEEDS)[number];

export interface Setup {
  /** Name of a scenario; undefined without one. Everything else is in addition to it. */
  scenario?: string | undefined;
  /** Undefined = that of the scenario, or 1. */
  speed?: Speed | undefined;
  scale: Partial<Scale>;
  settings: Partial<Settings>;
  seed: number;
  /** What the visitor lets happen, in order of time. */
  events: TimedHappening[];
}

/** Longer addresses are cut off by some chats. The oldest events are kept. */
const MAX_EVENTS = 200;

/**
 * Reads the fragment of an address, with or without `#`.
 * @returns what is valid of it, and what is not: the text, and what was expected
 */
export function parseSetup(fragment: string, scenarios: Scenarios) {
  const setup: Setup = { scale: {}, settings: {}, seed: 1, events: [] };
  const problems: string[] = [];
  for (const pair of decode(fragment).replace(/^#/, '').split('&').filter(Boolean)) {
    const expected = readPair(setup, pair, scenarios);
    if (expected !== undefined) problems.push(`${pair}: expected ${expected}`);
  }
  setup.events.sort(([a], [b]) => a - b);
  return { setup, problems };
}

/** Returns the fragment that `parseSetup` reads, with `#`; empty for the default. */
export function formatSetup({ scenario, speed, scale, settings, seed, events }: Setup): string {
  const pairs = [
    ...Object.entries({ scenario, speed, ...scale, ...settings }),
    ...(seed === 1 ? [] : [['seed', seed]]),
    ...events.slice(0, MAX_EVENTS).flatMap(([ms, happening]) => {
      return textsOf(happening).map((text) => ['at', `${ms / 1000}:${text}`]);
    }),
  ].filter(([, value]) => value !== undefined);
  return pairs.length === 0 ? '' : `#${pairs.map((pair) => pair.join('=')).join('&')}`;
}

/** Returns what the simulation starts with, and what happens in it. */
export function planFor(
  { scale, settings, seed, events }: Setup,
  scenario: Scenario | undefined,
): { plan: Plan; events: TimedHappening[] } {
  const plan = planOf({
    scale: { ...scenario?.scale, ...scale },
    settings: { ...scenario?.settings, ...settings },
    costs: MEASURED,
    seed,
  });
  return {
    plan: scenario?.withoutJitter ? { ...plan, withoutJitter: true } : plan,
    events: [...(scenario?.events ?? []), ...events].sort(([a], [b]) => a - b),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray percent sign
  }
}

/** Adds a pair to the setup. If it is invalid, returns what was expected. */
function readPair(setup: Setup, pair: string, scenarios: Scenarios): string | undefined {
  const separator = pair.indexOf('=');
  const [name, text] = [pair.slice(0, separator), pair.slice(separator + 1)];
  if (name === 'scenario') {
    if (!Object.hasOwn(scenarios, text)) return `one of ${Object.keys(scenarios).join(', ')}`;
    setup.scenario = text;
  } else if (name === 'speed') {
    setup.speed = SPEEDS.find((speed) => String(speed) === text);
    if (setup.speed === undefined) return `one of ${SPEEDS.join(', ')}`;
  } else if (name === 'seed') {
    if (!/^-?\d{1,9}$/.test(text)) return 'a whole number of at most nine digits';
    setup.seed = Number(text);
  } else if (name === 'at') {
    return readEvent(setup, text);
  } else if (isAdjustable(name)) {
    const value = readAdjustable(name, text);
    if (typeof value === 'string') return value;
    Object.assign(isSetting(name) ? setup.settings : setup.scale, { [name]: value });
  } else {
    return 'scenario=, speed=, seed=, at=, a service, or a setting';
  }
  return undefined;
}

function readEvent(setup: Setup, text: string): string | undefined {
  const [, at = '', event = ''] = /^([\d.]+):(.*)$/.exec(text) ?? [];
  const seconds = parseNumber(at);
  if (seconds === undefined) return 'at=SECONDS:EVENT';
  const happening = readHappening(event);
  if (typeof happening === 'string') return happening;
  setup.events.push([Math.round(seconds * 1000), happening]);
  return undefined;
}

function readHappening(event: string): Happening | string {
  const [name = '', text = ''] = event.split('=');
  if (!isAdjustable(name)) return parseHappening(event) ?? `${HAPPENINGS}, or SETTING=N`;
  const value = readAdjustable(name, text);
  if (typeof value === 'string') return value;
  if (isSetting(name)) return { kind: 'configure', settings: { [name]: value } };
  return parseHappening(event) ?? HAPPENINGS;
}

/** Settings are in upper case, services in lower case. */
const isSetting = (name: string) => name === name.toUpperCase();

function textsOf(happening: Happening): string[] {
  if (happening.kind !== 'configure') return [formatHappening(happening)];
  return Object.entries(happening.settings).map(([name, value]) => `${name}=${value}`);
}
