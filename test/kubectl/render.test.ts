/**
 * What `kubectl apply --kustomize` would create from the base and from each overlay.
 * @module
 */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { autoscalerProblems } from '../kubernetes/autoscalers.ts';
import { clusterRules } from '../kubernetes/cluster-rules.ts';
import { codeRules } from '../kubernetes/code-rules.ts';
import { allowedConnections } from '../kubernetes/connections.ts';
import {
  BASE_CONNECTIONS,
  EXTERNAL_REDIS_CONNECTIONS,
} from '../kubernetes/expected-connections.ts';
import { renderObjects } from '../kubernetes/kubectl.ts';
import { KUSTOMIZATIONS } from '../kubernetes/objects.ts';
import { schemaProblems } from '../kubernetes/schemas.ts';

/** Kustomization → what its network policies allow. */
const CONNECTIONS: Record<string, string[]> = {
  base: BASE_CONNECTIONS,
  'overlays/autoscale-latency': BASE_CONNECTIONS,
  'overlays/autoscale-queue': [...BASE_CONNECTIONS, '(redis=allow) → redis:6379'].sort(),
  'overlays/external-redis': EXTERNAL_REDIS_CONNECTIONS,
};

test('every overlay is tested', () => {
  const overlays = readdirSync(`${KUSTOMIZATIONS}/overlays`).map((name) => `overlays/${name}`);
  expect(Object.keys(CONNECTIONS)).toEqual(['base', ...overlays.sort()]);
});

describe.each(Object.entries(CONNECTIONS))('%s:', (folder, connections) => {
  const objects = renderObjects(`${KUSTOMIZATIONS}/${folder}`);

  test(`all ${objects.length} objects satisfy the schemas`, { timeout: 30_000 }, async () => {
    expect(await schemaProblems(objects)).toEqual([]);
  });

  test('all objects are in the namespace that comes with them', () => {
    const [namespace, ...others] = objects.map(({ metadata }) => metadata.namespace);
    expect(namespace).toBeUndefined();
    expect(new Set(others)).toEqual(new Set([objects[0]?.metadata.name]));
  });

  test.each(Object.entries({ ...codeRules, ...clusterRules }))('%s', async (_name, rule) => {
    expect(await rule(objects)).toEqual([]);
  });

  test('autoscalers refer to what exists', async () => {
    expect(await autoscalerProblems(objects)).toEqual([]);
  });

  test('network policies allow the expected connections and no others', () => {
    expect(allowedConnections(objects)).toEqual(connections);
  });
});
