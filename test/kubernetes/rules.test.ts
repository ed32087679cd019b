/**
 * The files under deploy/kubernetes/ without kubectl, and proof that each rule can fail.
 * @module
 */
import { describe, expect, test } from 'vitest';
import { autoscalerProblems } from './autoscalers.ts';
import { clusterRules } from './cluster-rules.ts';
import { codeRules } from './code-rules.ts';
import { allowedConnections } from './connections.ts';
import { BASE_CONNECTIONS } from './expected-connections.ts';
import { KUSTOMIZATIONS, readObjects, type KubernetesObject } from './objects.ts';
import { schemaProblems } from './schemas.ts';

const rules = { ...codeRules, ...clusterRules };
const base = readObjects(`${KUSTOMIZATIONS}/base`);
const queue = readObjects(`${KUSTOMIZATIONS}/overlays/autoscale-queue`);
const latency = readObjects(`${KUSTOMIZATIONS}/overlays/autoscale-latency`);

const idOf = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.name}`;

/**
 * Returns a copy with another value at a path such as `spec.template.spec.containers.0.image`; undefined deletes it.
 * @param id kind and name, such as `Deployment rng`
 */
function changed(objects: KubernetesObject[], id: string, path: string, value: unknown) {
  const copy = structuredClone(objects);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let parent = copy.find((object) => idOf(object) === id) as unknown as Record<string, unknown>;
  for (const key of keys) parent = parent[key] as Record<string, unknown>;
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else parent[last] = value;
  return copy;
}

const POD = 'spec.template.spec';
const CONTAINER = `${POD}.containers.0`;
const INIT = `${POD}.initContainers.0`;
const ANNOTATIONS = 'spec.template.metadata.annotations';
const BACKEND = 'spec.rules.0.http.paths.0.backend';

/** What to change, the new value, and the problem that it causes. */
type Mistake = [id: string, path: string, value: unknown, problem: string];

const MISTAKES: Record<string, Mistake[]> = {
  'containers listen on the ports of their settings': [
    ['ConfigMap settings', 'data.PORT', '80', 'rng: expected ports {"http":80'],
    ['Deployment miner', `${CONTAINER}.ports.0.containerPort`, 9001, 'miner: expected ports'],
  ],
  'probes and Prometheus use the admin port': [
    ['Deployment rng', `${CONTAINER}.readinessProbe.httpGet.path`, '/up', 'gets admin/up'],
    ['Deployment rng', `${CONTAINER}.livenessProbe.httpGet.port`, 'http', 'gets http/healthz'],
    ['Deployment rng', `${CONTAINER}.livenessProbe.httpGet.path`, '/readyz', 'must not depend'],
    ['Deployment rng', `${CONTAINER}.startupProbe.httpGet.path`, '/readyz', 'must not depend'],
    ['Deployment rng', `${CONTAINER}.readinessProbe.timeoutSeconds`, undefined, 'times out'],
    ['Deployment rng', ANNOTATIONS, { 'prometheus.io/scrape': 'true' }, 'does not scrape'],
  ],
  'the page stays reachable without Redis': [
    ['Deployment dashboard', `${CONTAINER}.readinessProbe.httpGet.path`, '/readyz', 'depends on'],
  ],
  'settings exist and are valid': [
    ['ConfigMap settings', 'data.RNG_DELAY', '100', 'no service has a setting RNG_DELAY'],
    ['ConfigMap settings', 'data.RNG_SLOTS', 'many', 'RNG_SLOTS'],
    ['Deployment rng', `${CONTAINER}.env.1`, { name: 'REDIS_URL' }, 'rng has no setting REDIS_URL'],
  ],
  'each replica is named after its pod': [
    ['Deployment rng', `${CONTAINER}.env`, [], "rng: INSTANCE is not the pod's name"],
  ],
  'addresses are those of services': [
    ['ConfigMap settings', 'data.RNG_URL', 'http://rng', 'miner: no service at rng'],
    ['Deployment miner', `${INIT}.command.2`, 'exec 3<>/dev/tcp/rng/80', 'no service at rng:80'],
    ['Service redis', 'spec.ports.0.port', 6380, 'producer: no service at redis:6379'],
  ],
  'images are targets of the Dockerfile, or those of compose.yaml': [
    ['Deployment rng', `${CONTAINER}.image`, 'rngs', 'rng: unknown image rngs'],
    ['StatefulSet redis', `${CONTAINER}.image`, 'redis:7', 'redis: unknown image redis:7'],
    ['Deployment rng', `${CONTAINER}.imagePullPolicy`, undefined, 'rng: always pulls rng'],
  ],
  'config maps exist, and docs/kubernetes.md says how to create secrets': [
    ['ConfigMap settings', 'metadata.name', 'setting', 'no config map settings'],
    ['Deployment miner', `${CONTAINER}.env.1.valueFrom.secretKeyRef.key`, 'a', 'no secret redis/a'],
  ],
  'memory, time to stop and the options of Redis are those of compose.yaml': [
    ['Deployment rng', `${CONTAINER}.resources.limits.memory`, '1Gi', 'expected 192Mi'],
    ['Deployment rng', `${POD}.terminationGracePeriodSeconds`, 15, 'grace period of 25 s'],
    ['StatefulSet redis', `${CONTAINER}.args.2`, 'no', 'redis: options differ'],
  ],
  'each selector matches the pods of one workload': [
    ['Service rng', 'spec.selector', { 'app.kubernetes.io/name': 'hasher' }, 'matches hasher'],
    ['PodDisruptionBudget rng', 'spec.selector', {}, 'rng: a selector matches'],
    ['Deployment miner', 'spec.template.metadata.labels', {}, 'miner: a selector matches nothing'],
    ['NetworkPolicy dns', 'spec.podSelector.matchExpressions.0.values', ['a'], 'no workload a'],
  ],
  'services and ingresses lead to ports that exist': [
    ['Service dashboard', 'spec.ports.0.targetPort', 'web', 'dashboard: no container port web'],
    ['Service rng', 'spec.ports.0.port', 80, 'rng: headless, so its port must be 8080'],
    ['Ingress dashboard', `${BACKEND}.service.name`, 'page', 'ingress: no service page'],
    ['Ingress dashboard', `${BACKEND}.service.port.name`, 'web', 'ingress: no service dashboard'],
  ],
  'pods satisfy the pod security standard "restricted"': [
    ['Deployment rng', `${POD}.securityContext.runAsUser`, 0, 'security context of the pod'],
    ['Deployment rng', `${POD}.securityContext.runAsNonRoot`, false, 'context of the pod'],
    ['Deployment rng', `${POD}.securityContext.seccompProfile`, undefined, 'context of the pod'],
    ['Deployment miner', `${INIT}.securityContext.capabilities`, {}, 'context of a container'],
    ['Deployment rng', `${CONTAINER}.securityContext.privileged`, true, 'context of a container'],
    ['Deployment rng', `${CONTAINER}.ports.0.hostPort`, 80, 'rng: hostPort'],
    ['Deployment rng', `${POD}.hostNetwork`, true, 'rng: hostNetwork'],
    ['Deployment rng', `${POD}.volumes`, [{ name: 'a', hostPath: { path: '/' } }], 'rng: volumes'],
  ],
  'pods have no access to the Kubernetes API': [
    ['ServiceAccount dockercoins', 'automountServiceAccountToken', undefined, 'has a token'],
    ['ServiceAccount dockercoins', 'kind', 'ClusterRole', 'there is a ClusterRole'],
    ['Deployment rng', `${POD}.serviceAccountName`, undefined, 'rng: no service account'],
    ['Deployment rng', `${POD}.automountServiceAccountToken`, undefined, 'rng: mounts a token'],
    ['Deployment rng', `${POD}.enableServiceLinks`, undefined, 'rng: gets variables of services'],
  ],
  'servers keep serving until their address is forgotten': [
    ['Deployment rng', `${CONTAINER}.lifecycle.preStop.sleep.seconds`, 5, 'clients still call it'],
  ],
  'any node can be drained, and replicas spread over nodes': [
    ['PodDisruptionBudget rng', 'spec.maxUnavailable', 0, 'rng: its budget blocks evictions'],
    ['PodDisruptionBudget rng', 'spec.unhealthyPodEvictionPolicy', undefined, 'blocks evictions'],
    ['Deployment rng', `${POD}.topologySpreadConstraints`, [], 'rng: does not spread over nodes'],
  ],
  '`kubectl apply` does not undo `kubectl scale`': [
    ['Deployment rng', 'spec.replicas', 1, 'rng: sets replicas'],
  ],
};

describe.each(Object.entries(rules))('%s:', (name, rule) => {
  test('yes', async () => {
    expect(await rule(base)).toEqual([]);
  });

  test('mistakes are found', async () => {
    const mistakes = MISTAKES[name] ?? [];
    expect(mistakes).not.toEqual([]);
    for (const [id, path, value, problem] of mistakes) {
      const problems = await rule(changed(base, id, path, value));
      expect(problems.join('\n'), `${id} ${path}`).toContain(problem);
    }
  });
});

describe('schemas', () => {
  test('of Kubernetes and KEDA accept every object', async () => {
    const scalers = [...queue, ...latency].filter(({ apiVersion }) => apiVersion.includes('keda'));
    expect(await schemaProblems([...base, ...scalers])).toEqual([]);
  });

  test('reject mistakes', async () => {
    const mistakes: Mistake[] = [
      ['Deployment rng', 'spec.replica', 1, '"replica"'],
      ['Deployment hasher', `${CONTAINER}.readinesProbe`, {}, '"readinesProbe"'],
      ['Deployment miner', 'spec.replicas', '1', 'spec/replicas must be integer'],
      ['Deployment producer', 'spec.selector', undefined, 'must have required property selector'],
      ['Deployment dashboard', 'apiVersion', 'apps/v2', 'apps/v2'],
      ['Service rng', 'apiVersion', 'apps/v1', 'apps/v1/Service'],
      ['ScaledObject miner', 'spec.pollInterval', 30, '"pollInterval"'],
    ];
    const objects = mistakes.flatMap(([id, path, value]) =>
      changed(queue, id, path, value).filter((object) => idOf(object) === id),
    );
    const problems = await schemaProblems(objects);
    for (const [id, , , problem] of mistakes) {
      expect(problems.filter((text) => text.startsWith(`${id}:`)).join('\n')).toContain(problem);
    }
  });
});

describe('autoscalers', () => {
  test('refer to workloads, secrets, addresses and metrics that exist', async () => {
    expect(await autoscalerProblems(queue)).toEqual([]);
    expect(await autoscalerProblems(latency)).toEqual([]);
  });

  const query = (metric: string, namespace: string, pod: string) =>
    `${metric}{namespace="${namespace}", pod=~"${pod}"}`;
  const TRIGGER = 'spec.triggers.0';

  test.each<Mistake>([
    ['ScaledObject miner', 'spec.scaleTargetRef.name', 'miners', 'no workload miners'],
    ['ScaledObject miner', `${TRIGGER}.metadata.address`, 'redis:6379', 'no redis:6379'],
    ['ScaledObject miner', `${TRIGGER}.authenticationRef.name`, 'login', 'no login login'],
    ['TriggerAuthentication redis', 'spec.secretTargetRef.0.key', 'a', 'no secret redis/a'],
    ['Deployment miner', 'spec.replicas', 1, 'miner: sets replicas'],
    ...(
      [
        ['gate_wait_sum', 'dockercoins', 'miner-.+', 'no metric gate_wait_sum'],
        ['gate_wait_seconds_sum', 'default', 'miner-.+', 'is from namespace default'],
        ['gate_wait_seconds_sum', 'dockercoins', 'rng-.+', 'is from rng-.+'],
      ] as const
    ).map(([metric, namespace, pod, problem]): Mistake => {
      return [
        'ScaledObject miner',
        `${TRIGGER}.metadata.query`,
        query(metric, namespace, pod),
        problem,
      ];
    }),
  ])('with a mistake: %s, %s: %s', async (id, path, value, problem) => {
    const problems = await autoscalerProblems(changed(queue, id, path, value));
    expect(problems.join('\n')).toContain(problem);
  });
});

describe('network policies', () => {
  test('allow the connections of the architecture and no others', () => {
    expect(allowedConnections(base)).toEqual(BASE_CONNECTIONS);
  });

  test.each<Mistake>([
    ['deny-by-default', 'spec.policyTypes', ['Ingress'], 'rng → outside:443/TCP'],
    ['metrics', 'spec.ingress.0.ports.0.port', 8080, '(metrics=allow) → rng:8080'],
    ['redis', 'spec.ingress.0.from', undefined, '(no label) → redis:6379'],
    ['redis-clients', 'spec.egress.0.to', undefined, 'miner → outside:6379/TCP'],
  ])('with a mistake allow more: %s, %s: %j', (name, path, value, connection) => {
    expect(BASE_CONNECTIONS).not.toContain(connection);
    const allowed = allowedConnections(changed(base, `NetworkPolicy ${name}`, path, value));
    expect(allowed).toContain(connection);
  });

  test.each<Mistake>([
    ['redis', 'spec.ingress.0.ports.0.port', 6380, 'miner → redis:6379'],
    ['miner', 'spec.egress.0.to.0.podSelector.matchExpressions.0.values', [], 'miner → rng:8080'],
    ['dns', 'spec.egress.0.ports.0.protocol', 'TCP', 'miner → kube-system:53/UDP'],
  ])('with a mistake allow less: %s, %s: %j', (name, path, value, connection) => {
    expect(BASE_CONNECTIONS).toContain(connection);
    const allowed = allowedConnections(changed(base, `NetworkPolicy ${name}`, path, value));
    expect(allowed).not.toContain(connection);
  });
});
