/**
 * The command that makes a setup real, which depends on how the stack was started.
 * @module
 */
import type { VariedReplicas, Way } from '../../frame/frame.ts';
import { DEFAULTS, type Settings } from '../../../simulation/settings.ts';
import type { Setup } from './setup.ts';

export interface Command {
  /** One or more lines. */
  text: string;
  /** What to know before typing it; '' if nothing. */
  note: string;
}

const SERVICES = ['miner', 'rng', 'hasher'] as const;

type Service = (typeof SERVICES)[number] | 'producer';

/** Names and values of settings. */
type Pair = [name: string, value: string];

const KUBECTL = 'kubectl -n dockercoins';

/**
 * Returns the command that turns the running setup into the wanted one; undefined if they are the same.
 * @param names names of the slow replicas, if there are any
 */
export function commandFor(
  way: Way,
  running: Setup,
  wanted: Setup,
  names: Partial<Settings> = {},
): Command | undefined {
  const scaled = SERVICES.filter((service) => running.scale[service] !== wanted.scale[service]);
  const changed = settingsIn({ ...running.settings, ...wanted.settings }).filter(
    (name) => running.settings[name] !== wanted.settings[name],
  );
  if (scaled.length + changed.length === 0) return undefined;
  const replicas = scaled.map((service): Pair => [service, String(wanted.scale[service])]);
  if (changed.length === 0) return { text: SCALE[way](replicas), note: '' };
  const all = settingsIn({ ...wanted.settings, ...running.settings });
  const value = (name: keyof Settings): Pair => [
    name,
    String(
      (wanted.settings[name] !== undefined && names[name]) ||
        (wanted.settings[name] ?? DEFAULTS[name]),
    ),
  ];
  const scale = SERVICES.map((service): Pair => [service, String(wanted.scale[service])]);
  if (way === 'npm' || way === 'compose') return RESTART[way](all.map(value), scale);
  return {
    text: [CHANGE[way](changed.map(value)), replicas.length > 0 ? SCALE[way](replicas) : '']
      .filter(Boolean)
      .join('\n'),
    note: '',
  };
}

/** Returns the command for these numbers of replicas. */
export const commandToScale = (way: Way, scale: Partial<Record<Service, number>>): Command => ({
  text: SCALE[way](Object.entries(scale).map(([name, count]): Pair => [name, String(count)])),
  note: '',
});

/** Returns the names of the slow replicas. */
export function slowNamesIn(variations: readonly VariedReplicas[]): Partial<Settings> {
  const pairs = variations
    .filter(({ names, variation: { slower } }) => slower !== undefined && names?.length === 1)
    .map(({ service, names }) => [`${service.toUpperCase()}_SLOW_REPLICA`, names?.[0]]);
  return Object.fromEntries(pairs) as Partial<Settings>;
}

const settingsIn = (settings: Partial<Settings>) => Object.keys(settings) as (keyof Settings)[];

const assignments = (pairs: readonly Pair[]) => pairs.map((pair) => pair.join('=')).join(' ');

/** Changes only numbers of replicas. */
const SCALE: Record<Way, (replicas: readonly Pair[]) => string> = {
  npm: (replicas) => `npm run scale ${assignments(replicas)}`,
  compose: (replicas) => `docker compose scale ${assignments(replicas)}`,
  swarm: (replicas) =>
    `docker service scale ${assignments(replicas.map(([name, n]) => [`dockercoins_${name}`, n]))}`,
  kubernetes: (replicas) =>
    replicas
      .map(([name, count]) => `${KUBECTL} scale deployment/${name} --replicas=${count}`)
      .join('\n'),
};

/** Settings are those of the whole stack, and numbers of replicas are not kept. */
const RESTART: Record<
  'npm' | 'compose',
  (settings: readonly Pair[], scale: readonly Pair[]) => Command
> = {
  npm: (settings, scale) => ({
    text: ['', ...scale.filter(([, count]) => count !== '1').map((pair) => pair.join('='))]
      .join(' --scale ')
      .replace(/^/, `${assignments(settings)} npm start --`)
      .replace(/ --$/, ''),
    note: 'Stop the stack first, with Ctrl-C. Add other options and settings that you started it with.',
  }),
  compose: (settings, scale) => ({
    text: `${assignments(settings)} docker compose up -d ${scale.map((pair) => `--scale ${pair.join('=')}`).join(' ')}`,
    note: 'Add other options and settings that you started the stack with.',
  }),
};

/** Restarts only the services that have these settings. */
const CHANGE: Record<'swarm' | 'kubernetes', (settings: readonly Pair[]) => string> = {
  swarm: (settings) =>
    perService(settings, (service, pairs) => {
      const options = pairs.map((pair) => `--env-add ${pair.join('=')}`);
      return `docker service update ${options.join(' ')} dockercoins_${service}`;
    }),
  kubernetes: (settings) =>
    perService(
      settings,
      (service, pairs) => `${KUBECTL} set env deployment/${service} ${assignments(pairs)}`,
    ),
};

/** A setting begins with the name of its service. */
function perService(
  settings: readonly Pair[],
  line: (service: Service, pairs: readonly Pair[]) => string,
): string {
  return ([...SERVICES, 'producer'] as const)
    .map((service) => [service, settings.filter(([name]) => serviceOf(name) === service)] as const)
    .filter(([, pairs]) => pairs.length > 0)
    .map(([service, pairs]) => line(service, pairs))
    .join('\n');
}

const serviceOf = (name: string) => name.split('_')[0]?.toLowerCase();
