/**
 * The objects fit together and run safely, whatever is in the containers.
 * @module
 */
import type { IIngress } from 'kubernetes-models/networking.k8s.io/v1';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1';
import type { IServiceAccount } from 'kubernetes-models/v1';
import { matches } from './connections.ts';
import {
  check,
  containersOf,
  ofKind,
  policiesIn,
  portsOf,
  servicesIn,
  workloadsIn,
  type KubernetesObject,
  type Rule,
} from './objects.ts';

/** CoreDNS lets records live for 5 s, and miners resolve names every 2 s. */
const ADDRESS_TTL_S = 5 + 2;

/** All workloads but Redis, of which there is only one. */
const deploymentsIn = (objects: KubernetesObject[]) =>
  workloadsIn(objects).filter(({ kind }) => kind === 'Deployment');

export const clusterRules: Record<string, Rule> = {
  'each selector matches the pods of one workload'(objects) {
    const workloads = workloadsIn(objects);
    const selected = (selector: object) =>
      workloads.filter(({ labels }) => matches(selector, labels)).map(({ name }) => name);
    const selectors = [
      ...workloads.map(({ name, selector }) => [name, { matchLabels: selector }] as const),
      ...servicesIn(objects).map(
        ({ metadata, spec }) => [metadata.name, { matchLabels: spec?.selector ?? {} }] as const,
      ),
      ...ofKind<IPodDisruptionBudget>(objects, 'PodDisruptionBudget').map(
        ({ metadata, spec }) => [metadata.name, spec?.selector ?? {}] as const,
      ),
      ...workloads.flatMap(({ name, pod }) =>
        (pod.topologySpreadConstraints ?? []).map(
          ({ labelSelector }) => [name, labelSelector ?? {}] as const,
        ),
      ),
    ];
    const unmatched = selectors.flatMap(([name, selector]) =>
      check(
        selected(selector).join() === name,
        `${name}: a selector matches ${selected(selector).join() || 'nothing'}`,
      ),
    );
    // Every name in a policy is the name of a workload.
    const names = [...JSON.stringify(policiesIn(objects)).matchAll(/"values":\[(.*?)\]/g)]
      .flatMap(([, list = '']) => list.split(','))
      .map((name) => name.replaceAll('"', ''));
    const unknown = names.filter((name) => !workloads.some((workload) => workload.name === name));
    return [...unmatched, ...unknown.map((name) => `network policy: no workload ${name}`)];
  },

  'services and ingresses lead to ports that exist'(objects) {
    const services = servicesIn(objects);
    const toPods = services.flatMap(({ metadata, spec }) =>
      (spec?.ports ?? []).flatMap(({ port, targetPort = '' }) => {
        const workload = workloadsIn(objects).find(({ name }) => name === metadata.name);
        const number = workload && portsOf(workload)[targetPort];
        if (number === undefined) return [`${metadata.name}: no container port ${targetPort}`];
        const isMapped = spec?.clusterIP === 'None' && port !== number;
        return check(!isMapped, `${metadata.name}: headless, so its port must be ${number}`);
      }),
    );
    const paths = ofKind<IIngress>(objects, 'Ingress')
      .flatMap(({ spec }) => spec?.rules ?? [])
      .flatMap(({ http }) => http?.paths ?? []);
    const toServices = paths.flatMap(({ backend: { service } }) => {
      const target = services.find(({ metadata }) => metadata.name === service?.name);
      const isPort = target?.spec?.ports?.some(({ name }) => name === service?.port?.name);
      return check(isPort === true, `ingress: no service ${service?.name}`);
    });
    return [...toPods, ...toServices];
  },

  'pods satisfy the pod security standard "restricted"'(objects) {
    return workloadsIn(objects).flatMap((workload) => {
      const { name, pod } = workload;
      const context = JSON.stringify({ ...pod.securityContext, fsGroup: undefined });
      const { runAsUser } = pod.securityContext ?? {};
      const expected = JSON.stringify({
        runAsNonRoot: true,
        runAsUser,
        runAsGroup: runAsUser,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      const sorted = (json: string) =>
        Object.entries(JSON.parse(json) as object)
          .sort()
          .join();
      const ofHost = Object.keys(pod).filter((key) => /^host/.test(key));
      return [
        ...check(
          sorted(context) === sorted(expected) && Number(runAsUser) > 0,
          `${name}: security context of the pod`,
        ),
        ...ofHost.map((key) => `${name}: ${key}`),
        ...check(pod.volumes === undefined, `${name}: volumes`),
        ...containersOf(workload).flatMap(({ securityContext, ports = [] }) => [
          ...check(
            securityContext?.allowPrivilegeEscalation === false &&
              securityContext.readOnlyRootFilesystem === true &&
              securityContext.capabilities?.drop?.join() === 'ALL' &&
              securityContext.capabilities.add === undefined &&
              Object.keys(securityContext).length === 3,
            `${name}: security context of a container`,
          ),
          ...check(
            ports.every(({ hostPort }) => hostPort === undefined),
            `${name}: hostPort`,
          ),
        ]),
      ];
    });
  },

  'pods have no access to the Kubernetes API'(objects) {
    const accounts = ofKind<IServiceAccount>(objects, 'ServiceAccount');
    const withToken = accounts.filter((account) => account.automountServiceAccountToken !== false);
    const names = accounts.map(({ metadata }) => metadata.name);
    return [
      ...withToken.map(({ metadata }) => `${metadata.name}: has a token`),
      ...objects.filter(({ kind }) => /Role/.test(kind)).map(({ kind }) => `there is a ${kind}`),
      ...workloadsIn(objects).flatMap(({ name, pod }) => [
        ...check(names.includes(pod.serviceAccountName ?? ''), `${name}: no service account`),
        ...check(pod.automountServiceAccountToken === false, `${name}: mounts a token`),
        // Variables such as RNG_PORT, one set per service.
        ...check(pod.enableServiceLinks === false, `${name}: gets variables of services`),
      ]),
    ];
  },

  'servers keep serving until their address is forgotten'(objects) {
    const servers = servicesIn(objects).map(({ metadata }) => metadata.name);
    return deploymentsIn(objects)
      .filter(({ name }) => servers.includes(name))
      .flatMap(({ name, container }) => {
        const { seconds = 0 } = container.lifecycle?.preStop?.sleep ?? {};
        return check(seconds >= ADDRESS_TTL_S, `${name}: stops while clients still call it`);
      });
  },

  'any node can be drained, and replicas spread over nodes'(objects) {
    const budgets = ofKind<IPodDisruptionBudget>(objects, 'PodDisruptionBudget');
    const blocking = budgets.filter(
      ({ spec }) =>
        !/^[1-9]/.test(String(spec?.maxUnavailable)) ||
        spec?.unhealthyPodEvictionPolicy !== 'AlwaysAllow',
    );
    return [
      ...blocking.map(({ metadata }) => `${metadata.name}: its budget blocks evictions`),
      ...deploymentsIn(objects).flatMap(({ name, pod }) =>
        check(pod.topologySpreadConstraints?.length === 1, `${name}: does not spread over nodes`),
      ),
    ];
  },

  // Two producers, so that one can lead while the other is gone.
  '`kubectl apply` does not undo `kubectl scale`'(objects) {
    return deploymentsIn(objects)
      .filter(({ name, replicas }) => name !== 'producer' && replicas !== undefined)
      .map(({ name }) => `${name}: sets replicas`);
  },
};
