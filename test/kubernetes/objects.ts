/**
 * The objects under deploy/kubernetes/, from its files or from any YAML.
 * @module
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { IDeployment, IStatefulSet } from 'kubernetes-models/apps/v1';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import type { IConfigMap, IContainer, IPodSpec, IService } from 'kubernetes-models/v1';
import { parse, parseAllDocuments } from 'yaml';

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

interface Kustomization {
  resources: string[];
  configMapGenerator?: { name: string; envs: string[] }[];
  patches?: unknown;
}

export const KUSTOMIZATIONS = 'deploy/kubernetes';

/** Parses a stream of YAML documents. */
export const parseObjects = (text: string): KubernetesObject[] =>
  parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);

/**
 * Returns the objects in the files of a kustomization and of those it includes. `kubectl kustomize` adds only the namespace
 * and a suffix to the names of config maps.
 * @throws {Error} if it has patches, because then only kubectl knows the result
 */
export function readObjects(folder: string): KubernetesObject[] {
  const kustomization = parse(
    readFileSync(join(folder, 'kustomization.yaml'), 'utf8'),
  ) as Kustomization;
  if (kustomization.patches !== undefined) throw new Error(`${folder} has patches`);
  const resources = kustomization.resources.flatMap((resource) => {
    const path = join(folder, resource);
    return statSync(path).isDirectory()
      ? readObjects(path)
      : parseObjects(readFileSync(path, 'utf8'));
  });
  const configMaps = (kustomization.configMapGenerator ?? []).map(({ name, envs }) => {
    const data = Object.assign(
      {},
      ...envs.map((file) => parseEnv(readFileSync(join(folder, file), 'utf8'))),
    ) as Record<string, string>;
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
  });
  return [...resources, ...configMaps];
}

/** Checks all objects together. Returns the problems it finds. */
export type Rule = (objects: KubernetesObject[]) => string[] | Promise<string[]>;

/** Returns the problem if the condition does not hold. */
export const check = (condition: boolean, problem: string) => (condition ? [] : [problem]);

/** A deployment or stateful set. */
export interface Workload {
  kind: string;
  name: string;
  replicas: number | undefined;
  selector: Record<string, string>;
  /** Labels of its pods. */
  labels: Record<string, string>;
  annotations: Record<string, string>;
  pod: IPodSpec;
  /** The container that runs the service. */
  container: IContainer;
}

export const ofKind = <T>(objects: KubernetesObject[], kind: string) =>
  objects.filter((object) => object.kind === kind) as (KubernetesObject & T)[];

export const servicesIn = (objects: KubernetesObject[]) => ofKind<IService>(objects, 'Service');
export const policiesIn = (objects: KubernetesObject[]) =>
  ofKind<INetworkPolicy>(objects, 'NetworkPolicy');
export const configMapsIn = (objects: KubernetesObject[]) =>
  ofKind<IConfigMap>(objects, 'ConfigMap');

export function workloadsIn(objects: KubernetesObject[]): Workload[] {
  const deployments = ofKind<IDeployment>(objects, 'Deployment');
  const statefulSets = ofKind<IStatefulSet>(objects, 'StatefulSet');
  return [...deployments, ...statefulSets].map(({ kind, metadata, spec }) => {
    const pod = spec?.template.spec;
    const [container] = pod?.containers ?? [];
    if (spec === undefined || pod === undefined || container === undefined) {
      throw new Error(`${metadata.name} has no container`);
    }
    return {
      kind,
      name: metadata.name,
      replicas: spec.replicas,
      selector: spec.selector.matchLabels ?? {},
      labels: spec.template.metadata?.labels ?? {},
      annotations: spec.template.metadata?.annotations ?? {},
      pod,
      container,
    };
  });
}

/** Returns the ports a container listens on, by name. */
export const portsOf = ({ container }: Workload): Record<string, number> =>
  Object.fromEntries(
    (container.ports ?? []).map(({ name = '', containerPort }) => [name, containerPort]),
  );

export const containersOf = ({ pod }: Workload): IContainer[] => [
  ...(pod.initContainers ?? []),
  ...pod.containers,
];

/** Returns the secrets that pods read, as `name/key`. */
export const secretsReadIn = (objects: KubernetesObject[]): string[] =>
  workloadsIn(objects)
    .flatMap(containersOf)
    .flatMap(({ env = [] }) => env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []))
    .map(({ name, key }) => `${name}/${key}`);

/** The settings a pod gets from config maps and as plain values; those from secrets and the pod itself are missing. */
export function settingsOf(
  { container }: Workload,
  objects: KubernetesObject[],
): Record<string, string> {
  const imported = (container.envFrom ?? []).map(
    ({ configMapRef }) =>
      configMapsIn(objects).find(({ metadata }) => metadata.name === configMapRef?.name)?.data,
  );
  const own = (container.env ?? []).flatMap(({ name, value }) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.assign({}, ...imported, Object.fromEntries(own)) as Record<string, string>;
}
