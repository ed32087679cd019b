/**
 * The objects agree with the code, the Dockerfile and compose.yaml.
 * @module
 */
import { readFileSync } from 'node:fs';
import { Registry } from 'prom-client';
import { parse } from 'yaml';
import { createAdminApp } from '@dockercoins/common/service/admin';
import { describeSettings, EnvError, readEnv } from '@dockercoins/common/service/env';
import { serviceSchemas } from '../../local/config.ts';
import {
  check,
  configMapsIn,
  containersOf,
  portsOf,
  secretsReadIn,
  servicesIn,
  settingsOf,
  workloadsIn,
  type KubernetesObject,
  type Rule,
} from './objects.ts';

interface ComposeFile {
  services: Record<
    string,
    { image?: string; command?: string[]; mem_limit: string; stop_grace_period: string }
  >;
}
const compose = parse(readFileSync('compose.yaml', 'utf8'), { merge: true }) as ComposeFile;
const dockerfile = readFileSync('Dockerfile', 'utf8');
const manual = readFileSync('docs/kubernetes.md', 'utf8');

const schemaOf = (service: string) => serviceSchemas[service as keyof typeof serviceSchemas];
const settingNames = (service: string) =>
  describeSettings(schemaOf(service)).map(({ name }) => name);
const oursIn = (objects: KubernetesObject[]) =>
  workloadsIn(objects).filter(({ name }) => name in serviceSchemas);

/** How long the checks behind /readyz may take; kubelet must wait longer. */
const CHECK_TIMEOUT_S = 1;

export const codeRules: Record<string, Rule> = {
  'containers listen on the ports of their settings'(objects) {
    return oursIn(objects).flatMap((workload) => {
      const config = readEnv(schemaOf(workload.name), settingsOf(workload, objects));
      const expected = {
        ...('PORT' in config ? { http: config.PORT } : {}),
        admin: config.ADMIN_PORT,
      };
      return check(
        JSON.stringify(portsOf(workload)) === JSON.stringify(expected),
        `${workload.name}: expected ports ${JSON.stringify(expected)}`,
      );
    });
  },

  async 'probes and Prometheus use the admin port'(objects) {
    const admin = createAdminApp({
      registry: new Registry(),
      checks: {},
      stopping: new AbortController().signal,
    });
    const problems = oursIn(objects).map(async (workload) => {
      const { name, container, annotations } = workload;
      const probes = {
        startupProbe: container.startupProbe,
        readinessProbe: container.readinessProbe,
        livenessProbe: container.livenessProbe,
      };
      const found = Object.entries(probes).map(async ([kind, probe]) => {
        const { path = '', port } = probe?.httpGet ?? {};
        const { status } = await admin.request(path);
        const isAlive = kind === 'readinessProbe' || path === '/healthz';
        return [
          ...check(port === 'admin' && status === 200, `${name}: ${kind} gets ${port}${path}`),
          ...check(isAlive, `${name}: ${kind} must not depend on other services`),
          ...check(
            (probe?.timeoutSeconds ?? 1) > CHECK_TIMEOUT_S,
            `${name}: ${kind} times out before the checks do`,
          ),
        ];
      });
      return [
        ...(await Promise.all(found)).flat(),
        ...check(
          annotations['prometheus.io/scrape'] === 'true' &&
            annotations['prometheus.io/port'] === String(portsOf(workload)['admin']),
          `${name}: Prometheus does not scrape the admin port`,
        ),
      ];
    });
    return (await Promise.all(problems)).flat();
  },

  'the page stays reachable without Redis'(objects) {
    const dashboard = workloadsIn(objects).find(({ name }) => name === 'dashboard');
    const path = dashboard?.container.readinessProbe?.httpGet?.path;
    return check(path === '/healthz', `dashboard: readiness depends on ${path}`);
  },

  'settings exist and are valid'(objects) {
    const known = new Set(Object.keys(serviceSchemas).flatMap(settingNames));
    const unknown = configMapsIn(objects)
      .flatMap(({ data = {} }) => Object.keys(data))
      .filter((name) => !known.has(name));
    const ours = oursIn(objects);
    const problems = ours.flatMap((workload) => {
      const { name, container } = workload;
      const own = (container.env ?? []).map((variable) => variable.name);
      const foreign = own.filter((variable) => !settingNames(name).includes(variable));
      try {
        readEnv(schemaOf(name), settingsOf(workload, objects));
        return foreign.map((variable) => `${name} has no setting ${variable}`);
      } catch (err) {
        if (!(err instanceof EnvError)) throw err;
        return [`${name}: ${err.message}`];
      }
    });
    return [...unknown.map((name) => `no service has a setting ${name}`), ...problems];
  },

  'each replica is named after its pod'(objects) {
    return oursIn(objects).flatMap(({ name, container }) => {
      const instance = container.env?.find((variable) => variable.name === 'INSTANCE');
      const path = instance?.valueFrom?.fieldRef?.fieldPath;
      return check(path === 'metadata.name', `${name}: INSTANCE is not the pod's name`);
    });
  },

  'addresses are those of services'(objects) {
    const services = servicesIn(objects).flatMap(({ metadata, spec }) =>
      (spec?.ports ?? []).map(({ port }) => `${metadata.name}:${port}`),
    );
    const hasRedis = servicesIn(objects).some(({ metadata }) => metadata.name === 'redis');
    return oursIn(objects).flatMap((workload) => {
      const { name } = workload;
      const config = readEnv(schemaOf(name), settingsOf(workload, objects));
      const urls = [
        'RNG_URL' in config ? [...config.RNG_URL, ...config.HASHER_URL] : [],
        'REDIS_URL' in config && hasRedis ? config.REDIS_URL : [],
      ].flat();
      const addresses = urls.map((url) => new URL(url).host);
      const commands = JSON.stringify(workload.pod).matchAll(/\/dev\/tcp\/([^/]+)\/(\d+)/g);
      const waitsFor = [...commands].map(([, host, port]) => `${host}:${port}`);
      return [...addresses, ...waitsFor]
        .filter((address) => !services.includes(address))
        .map((address) => `${name}: no service at ${address}`);
    });
  },

  'images are targets of the Dockerfile, or those of compose.yaml'(objects) {
    return workloadsIn(objects).flatMap((workload) =>
      containersOf(workload).flatMap(({ image = '', imagePullPolicy }) => {
        const isTarget = new RegExp(`^FROM \\S+ AS ${image}$`, 'm').test(dockerfile);
        const isCompose = image === compose.services[workload.name]?.image;
        return [
          ...check(isTarget || isCompose, `${workload.name}: unknown image ${image}`),
          // Otherwise clusters pull images without a tag, and ours may exist only on the node.
          ...check(imagePullPolicy === 'IfNotPresent', `${workload.name}: always pulls ${image}`),
        ];
      }),
    );
  },

  'config maps exist, and docs/kubernetes.md says how to create secrets'(objects) {
    const configMaps = configMapsIn(objects).map(({ metadata }) => metadata.name);
    const secrets = [
      ...manual.matchAll(/create secret generic (\S+)\s(?:\\\n\s*)?--from-literal=(\w+)=/g),
    ].map(([, name, key]) => `${name}/${key}`);
    const imported = workloadsIn(objects)
      .flatMap(containersOf)
      .flatMap(({ envFrom = [] }) => envFrom.map(({ configMapRef }) => configMapRef?.name ?? ''));
    return [
      ...imported
        .filter((name) => !configMaps.includes(name))
        .map((name) => `no config map ${name}`),
      ...secretsReadIn(objects)
        .filter((ref) => !secrets.includes(ref))
        .map((ref) => `no secret ${ref}`),
    ];
  },

  'memory, time to stop and the options of Redis are those of compose.yaml'(objects) {
    return workloadsIn(objects).flatMap((workload) => {
      const { name, pod, container } = workload;
      const { command = [], mem_limit, stop_grace_period } = compose.services[name] ?? {};
      const memory = mem_limit?.replace(/m$/, 'Mi');
      const delay = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
      const grace = parseInt(stop_grace_period ?? '') + delay;
      const args = container.args ?? [];
      return [
        ...check(
          containersOf(workload).every(({ resources }) => resources?.limits?.['memory'] === memory),
          `${name}: expected ${memory} of memory`,
        ),
        ...check(
          pod.terminationGracePeriodSeconds === grace,
          `${name}: expected a grace period of ${grace} s`,
        ),
        ...check(
          name !== 'redis' ||
            args.join(' ') === [...command, '--requirepass', '$(REDISCLI_AUTH)'].join(' '),
          `${name}: options differ from compose.yaml`,
        ),
      ];
    });
  },
};
