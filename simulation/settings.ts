/**
 * What is simulated: the settings of the services by their own names, how many replicas there are, and what a loop costs.
 * @module
 */
import type { Config } from '@dockercoins/common/service/env';
import type { configSchema as hasher } from '../hasher/config.ts';
import type { configSchema as miner } from '../miner/config.ts';
import type { configSchema as producer } from '../producer/config.ts';
import type { configSchema as rng } from '../rng/config.ts';

type All = Config<typeof rng> &
  Config<typeof hasher> &
  Config<typeof miner> &
  Config<typeof producer>;

/** The services' settings that change what happens, with their defaults. */
export const DEFAULTS = {
  RNG_DELAY_MS: 100,
  RNG_SLOTS: 1,
  RNG_WAITING: 1000,
  RNG_DELAY_DISTRIBUTION: 'constant',
  RNG_ERROR_RATE: 0,
  RNG_HANG_RATE: 0,
  RNG_SLOW_REPLICA: '',
  RNG_SLOW_FACTOR: 5,
  HASHER_DELAY_MS: 100,
  HASHER_SLOTS: 0,
  HASHER_WAITING: 1000,
  HASHER_DELAY_DISTRIBUTION: 'constant',
  HASHER_ERROR_RATE: 0,
  HASHER_HANG_RATE: 0,
  HASHER_SLOW_REPLICA: '',
  HASHER_SLOW_FACTOR: 5,
  MINER_WORK_MS: 100,
  MINER_CONCURRENCY: 1,
  MINER_FLUSH_MS: 1000,
  MINER_TIMEOUT_MS: 25_000,
  MINER_LOCK_MS: 30_000,
  PRODUCER_BACKLOG: 100,
  PRODUCER_RATE: 0,
  PRODUCER_POISON_EVERY: 0,
  SHOW_VARIATIONS: true,
  QUEUES: 1,
} as const satisfies Partial<All>;

export type SettingName = keyof typeof DEFAULTS;
export type Settings = Pick<All, SettingName>;

export const SERVICES = ['producer', 'miner', 'rng', 'hasher'] as const;
export type ServiceName = (typeof SERVICES)[number];
/** Number of replicas of each service. */
export type Scale = Record<ServiceName, number>;

/** What a loop costs apart from the delays. */
export interface Costs {
  /** A request to rng or hasher: network, HTTP, both sides (ms). */
  requestMs: number;
  /** A job: fetching it, completing it, storing its coin (ms). */
  jobMs: number;
  /** How late a timer fires on average, apart from what `common/delay.ts` makes up for (ms). */
  timerMs: number;
  /** Cores that all processes share; 0 = as many as they need. Then CPU time costs nothing. */
  cores: number;
  /** CPU time per loop (ms). */
  cpuMs: Record<ServiceName | 'redis', number>;
}

/** On two cores: docs/performance.md. */
const CPU_MS: Costs['cpuMs'] = {
  redis: 0.108,
  rng: 0.059,
  hasher: 0.069,
  producer: 0.01,
  miner: 0.197,
};

/** Nothing costs anything but the delays, as in the formulas. */
export const IDEAL: Costs = { requestMs: 0, jobMs: 0, timerMs: 0, cores: 0, cpuMs: CPU_MS };

/**
 * On two cores that have nothing else to do. They make a loop 5.5 ms longer than its delays: a miner does 3.27 hashes/s, between
 * what docs/performance.md (0.986 of 3.33) and README.md (3.26) report. `npm run test:simulation` measures it anew.
 */
export const MEASURED: Costs = { ...IDEAL, requestMs: 1.6, jobMs: 1.5, timerMs: 0.25 };

export interface Plan {
  settings: Settings;
  scale: Scale;
  costs: Costs;
  /** An integer of 32 bits. Everything random follows from it. */
  seed: number;
  /** Retries wait for the longest delay of `common/retry.ts`, instead of a random one between half of it and all of it. */
  withoutJitter?: boolean;
}

/** Returns a plan: one replica of each service, the services' defaults and no costs, except for what is given. */
export function planOf({
  settings = {},
  scale = {},
  costs = {},
  seed = 1,
}: {
  settings?: Partial<Settings>;
  scale?: Partial<Scale>;
  costs?: Partial<Costs>;
  seed?: number;
} = {}): Plan {
  return {
    settings: { ...DEFAULTS, ...settings },
    scale: { producer: 1, miner: 1, rng: 1, hasher: 1, ...scale },
    costs: { ...IDEAL, ...costs },
    seed,
  };
}
