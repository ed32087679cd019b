/**
 * A request to change the number of replicas: `npm run scale rng=2 RNG_DELAY_MS=500`.
 * @module
 */
import { readEnv } from '@dockercoins/common/service/env';
import { z } from 'zod';
import { changeScale, SERVICES, type Scale, type Service } from './args.ts';
import { serviceSchemas, type Overrides } from './config.ts';
import { ArgumentError } from './options.ts';

/** The body of `POST /scale`. */
export interface ScaleRequest {
  /** Service → number of replicas. Services that are not named keep theirs. */
  replicas: Record<string, number | string>;
  /** Environment of the replicas that are added. */
  settings: Record<string, string>;
}

const schema = z.object({
  replicas: z.record(z.string(), z.union([z.number(), z.string()])),
  settings: z.record(z.string(), z.string()).default({}),
});

/** Settings that differ for each replica, or that all share. */
const CHOSEN = ['INSTANCE', 'LISTEN_HOST', 'PORT', 'ADMIN_PORT', 'REDIS_URL', 'REDIS_PASSWORD'];

/**
 * Returns the number of replicas of each named service, and the settings of those that are added. A service may already be
 * on its way to that number; if that fails, this request still counts.
 * @param current the scale after all changes in progress
 * @throws {ArgumentError} if the request is invalid
 * @throws {EnvError} if a setting has an invalid value
 */
export function checkScaleRequest(
  body: unknown,
  current: Scale,
  overrides: Overrides,
): { changes: Partial<Scale>; settings: Record<string, string> } {
  const { success, data } = schema.safeParse(body);
  if (!success)
    throw new ArgumentError('expected JSON like {"replicas":{"miner":10},"settings":{}}');
  const pairs = Object.entries(data.replicas).map(([service, count]) => `${service}=${count}`);
  const scale = changeScale(current, '', pairs, overrides);
  const growing = SERVICES.filter((service) => scale[service] > current[service]);
  for (const name of Object.keys(data.settings)) checkSetting(name, growing);
  for (const service of growing) readEnv(serviceSchemas[service], data.settings);
  const named = SERVICES.filter((service) => Object.hasOwn(data.replicas, service));
  return {
    changes: Object.fromEntries(named.map((service) => [service, scale[service]])),
    settings: data.settings,
  };
}

function checkSetting(name: string, growing: Service[]): void {
  if (CHOSEN.includes(name))
    throw new ArgumentError(`${name}: expected a setting that npm start does not choose itself`);
  const owners = SERVICES.filter((service) => Object.hasOwn(serviceSchemas[service], name));
  if (owners.length === 0)
    throw new ArgumentError(`${name}: expected a setting; npm start -- --help lists them`);
  if (!owners.some((service) => growing.includes(service)))
    throw new ArgumentError(
      `${name}: expected a larger number of ${owners.join(' or ')}, too, because only added replicas get the setting`,
    );
}
