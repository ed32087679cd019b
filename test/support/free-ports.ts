import { freePort } from './free-port.ts';

/** Resolves to the settings of the host ports, as environment variables: free ones, so that a stack can run beside another. */
export async function freePorts(): Promise<Record<string, string>> {
  const names = ['DASHBOARD_PORT', 'RNG_PORT', 'HASHER_PORT'];
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, String(await freePort())] as const)),
  );
}
