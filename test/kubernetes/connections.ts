/**
 * What the network policies allow.
 * @module
 */
import type {
  INetworkPolicyEgressRule,
  INetworkPolicyIngressRule,
  INetworkPolicyPeer,
  INetworkPolicyPort,
} from 'kubernetes-models/networking.k8s.io/v1';
import { policiesIn, portsOf, workloadsIn, type KubernetesObject } from './objects.ts';

type Labels = Record<string, string>;
type Selector = NonNullable<INetworkPolicyPeer['podSelector']>;
/** A pod of ours, a namespace of others, or an address that no selector matches. */
type Peer = { pod: Labels } | { namespace: Labels } | 'outside';

/** Returns true if a label selector matches; throws if it uses what this does not understand. */
export function matches({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels) {
  const equal = Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const isListed = values.includes(labels[key] ?? '');
      if (operator === 'In') return isListed;
      if (operator === 'NotIn') return !isListed;
      throw new Error(`operator ${operator}`);
    })
  );
}

function peerMatches({ podSelector, namespaceSelector, ipBlock }: INetworkPolicyPeer, peer: Peer) {
  if (ipBlock !== undefined) throw new Error('ipBlock');
  if (peer === 'outside') return false;
  if ('pod' in peer) {
    return (
      namespaceSelector === undefined && podSelector !== undefined && matches(podSelector, peer.pod)
    );
  }
  return (
    podSelector === undefined &&
    namespaceSelector !== undefined &&
    matches(namespaceSelector, peer.namespace)
  );
}

/** Numbers only: not every network plug-in supports names. */
const portMatches = (rules: INetworkPolicyPort[] | undefined, port: number, protocol: string) =>
  rules === undefined ||
  rules.some((rule) => rule.port === port && (rule.protocol ?? 'TCP') === protocol);

function allows(
  objects: KubernetesObject[],
  direction: 'Ingress' | 'Egress',
  pod: Labels,
  peer: Peer,
  port: number,
  protocol = 'TCP',
): boolean {
  const policies = policiesIn(objects)
    .map(({ spec }) => spec)
    .filter((spec) => spec?.policyTypes?.includes(direction))
    .filter((spec) => matches(spec?.podSelector ?? {}, pod));
  if (policies.length === 0) return true; // nothing restricts this pod
  return policies.some((spec) => {
    const rules: (INetworkPolicyIngressRule & INetworkPolicyEgressRule)[] =
      (direction === 'Ingress' ? spec?.ingress : spec?.egress) ?? [];
    return rules.some(({ from, to, ports }) => {
      const peers = direction === 'Ingress' ? from : to;
      const isPeer = peers === undefined || peers.some((rule) => peerMatches(rule, peer));
      return isPeer && portMatches(ports, port, protocol);
    });
  });
}

/** Namespaces of others: name or label → labels. */
export const NAMESPACES: Record<string, Labels> = {
  '(dashboard=allow)': { 'dockercoins/dashboard': 'allow' },
  '(metrics=allow)': { 'dockercoins/metrics': 'allow' },
  '(redis=allow)': { 'dockercoins/redis': 'allow' },
  'kube-system': { 'kubernetes.io/metadata.name': 'kube-system' },
  '(no label)': {},
};

/** DNS, HTTPS (for instance the Kubernetes API) and Redis. */
const OUTSIDE_PORTS = [
  [53, 'UDP'],
  [53, 'TCP'],
  [443, 'TCP'],
  [6379, 'TCP'],
] as const;

/** Returns every connection that is allowed, as `client → server:port`, sorted. */
export function allowedConnections(objects: KubernetesObject[]): string[] {
  const workloads = workloadsIn(objects);
  const connections: string[] = [];
  for (const server of workloads) {
    const peers: [string, Peer][] = [
      ...Object.entries(NAMESPACES).map(([name, namespace]): [string, Peer] => [
        name,
        { namespace },
      ]),
      ['outside', 'outside'],
    ];
    for (const port of Object.values(portsOf(server))) {
      const accepts = (peer: Peer) => allows(objects, 'Ingress', server.labels, peer, port);
      for (const client of workloads) {
        const mayCall = allows(objects, 'Egress', client.labels, { pod: server.labels }, port);
        if (mayCall && accepts({ pod: client.labels })) {
          connections.push(`${client.name} → ${server.name}:${port}`);
        }
      }
      for (const [name, peer] of peers) {
        if (accepts(peer)) connections.push(`${name} → ${server.name}:${port}`);
      }
    }
    for (const [name, peer] of peers) {
      for (const [port, protocol] of OUTSIDE_PORTS) {
        if (allows(objects, 'Egress', server.labels, peer, port, protocol)) {
          connections.push(`${server.name} → ${name}:${port}/${protocol}`);
        }
      }
    }
  }
  return connections.sort();
}
