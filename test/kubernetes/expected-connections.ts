import { NAMESPACES } from './connections.ts';

/** The connections of docs/architecture.md, DNS, and what labels on namespaces allow; sorted. */
export const BASE_CONNECTIONS = [
  'miner → rng:8080',
  'miner → hasher:8080',
  'miner → redis:6379',
  'producer → redis:6379',
  'dashboard → redis:6379',
  ...['miner', 'producer', 'dashboard'].flatMap((client) => [
    `${client} → kube-system:53/UDP`,
    `${client} → kube-system:53/TCP`,
  ]),
  '(dashboard=allow) → dashboard:8080',
  ...['rng', 'hasher', 'producer', 'miner', 'dashboard'].map(
    (service) => `(metrics=allow) → ${service}:9000`,
  ),
].sort();

/** Without a Redis of ours, its clients may call its port at any address. */
export const EXTERNAL_REDIS_CONNECTIONS = [
  ...BASE_CONNECTIONS.filter((connection) => !connection.includes('→ redis:')),
  ...['miner', 'producer', 'dashboard'].flatMap((client) =>
    [...Object.keys(NAMESPACES), 'outside'].map((peer) => `${client} → ${peer}:6379/TCP`),
  ),
].sort();
