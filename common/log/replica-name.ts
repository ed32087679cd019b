/**
 * The name of this replica, as `docker compose logs` shows it.
 * @module
 */
import { lookup, Resolver } from 'node:dns/promises';
import { hostname } from 'node:os';

/** Docker's name server answers within milliseconds; other resolvers may not know this host. */
const TIMEOUT_MS = 1000;

/**
 * Resolves to `instance`, unless that is only a container's default host name (twelve hex digits). Then Docker's name server
 * knows the container as `<project>-<service>-<n>.<network>`, and this resolves to `<service>-<n>`.
 * @param instance the setting INSTANCE
 */
export async function replicaName(instance: string, service: string): Promise<string> {
  if (instance !== hostname() || !/^[0-9a-f]{12}$/.test(instance)) return instance;
  try {
    const { address } = await lookup(instance, 4);
    const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 });
    const names = await resolver.resolvePtr(
      `${address.split('.').reverse().join('.')}.in-addr.arpa`,
    );
    return parseContainerName(names, service) ?? instance;
  } catch {
    return instance; // not in a Docker network
  }
}

/** Returns `miner-3` for `dockercoins-miner-3.dockercoins_default`; undefined if no name is like that. */
export function parseContainerName(names: string[], service: string): string | undefined {
  const pattern = new RegExp(`[-_]${service}[-_.](\\d+)\\.`);
  const [n] = names.flatMap((name) => pattern.exec(name)?.[1] ?? []);
  return n === undefined ? undefined : `${service}-${n}`;
}
