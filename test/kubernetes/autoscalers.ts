/**
 * What must hold for autoscalers.
 * @module
 */
import { Registry } from 'prom-client';
import { registerGateMetrics } from '@dockercoins/common/http-service/metrics';
import { Gate } from '@dockercoins/common/http-service/gate';
import type {
  IScaledObject,
  ITriggerAuthentication,
} from '@kubernetes-models/keda/keda.sh/v1alpha1';
import {
  ofKind,
  secretsReadIn,
  servicesIn,
  workloadsIn,
  type KubernetesObject,
} from './objects.ts';

export const scaledObjectsIn = (objects: KubernetesObject[]) =>
  ofKind<IScaledObject>(objects, 'ScaledObject');

/** Returns what is wrong with the autoscalers: targets, secrets, addresses or metrics that do not exist. */
export async function autoscalerProblems(objects: KubernetesObject[]): Promise<string[]> {
  const namespace = objects.find(({ kind }) => kind === 'Namespace')?.metadata.name;
  const addresses = servicesIn(objects).flatMap(({ metadata, spec }) =>
    (spec?.ports ?? []).map(({ port }) => `${metadata.name}.${namespace}.svc:${port}`),
  );
  const logins = ofKind<ITriggerAuthentication>(objects, 'TriggerAuthentication');
  const known = secretsReadIn(objects);
  const problems = scaledObjectsIn(objects).map(async ({ spec }) => {
    const found: string[] = [];
    const target = workloadsIn(objects).find(({ name }) => name === spec.scaleTargetRef.name);
    if (target === undefined) found.push(`no workload ${spec.scaleTargetRef.name}`);
    if (target?.replicas !== undefined) found.push(`${target.name}: sets replicas itself`);
    for (const { metadata, authenticationRef } of spec.triggers) {
      const { address, query } = metadata;
      if (address !== undefined && !addresses.includes(address)) found.push(`no ${address}`);
      const login = logins.find((it) => it.metadata.name === authenticationRef?.name);
      if (authenticationRef !== undefined && login === undefined) {
        found.push(`no login ${authenticationRef.name}`);
      }
      // Those of the pods.
      const secrets = login?.spec.secretTargetRef?.map(({ name, key }) => `${name}/${key}`) ?? [];
      for (const secret of secrets) if (!known.includes(secret)) found.push(`no secret ${secret}`);
      if (query !== undefined) found.push(...(await queryProblems(query, namespace, target?.name)));
    }
    return found;
  });
  return (await Promise.all(problems)).flat();
}

/** Every series in the query must be one that the pods of the target expose. */
async function queryProblems(query: string, namespace = '', target = ''): Promise<string[]> {
  const registry = new Registry();
  registerGateMetrics(new Gate(1), registry)(200, 0, 0);
  const metrics = await registry.metrics();
  const series = [...query.matchAll(/(\w+)\{namespace="(.*?)", pod=~"(.*?)"\}/g)];
  return series.flatMap(([, metric, inNamespace, pod = '']) => [
    ...(new RegExp(`^${metric}[ {]`, 'm').test(metrics) ? [] : [`no metric ${metric}`]),
    ...(inNamespace === namespace ? [] : [`${metric} is from namespace ${inNamespace}`]),
    ...(new RegExp(`^(${pod})$`).test(`${target}-7d9f-x2x4q`) ? [] : [`${metric} is from ${pod}`]),
  ]);
}
