import type { Frame, UpstreamName } from '../../frame/frame.ts';

/** Returns false if no miner has asked rng or hasher lately: it may be up, but nobody knows. */
export function isInUse({ source, upstreams }: Frame, name: UpstreamName): boolean {
  const { replicas, avoided, pending, failures, reports } = upstreams[name];
  if (source === 'hashes' || !reports) return true; // by miners, or of a service, that does not report
  return replicas.length > 0 || avoided.length > 0 || pending > 0 || failures !== null;
}
