/**
 * The alerts and the Grafana dashboard use metrics that exist, and the data source that is provisioned.
 * @module
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');

interface Dashboard {
  panels: {
    id: number;
    title: string;
    gridPos: { x: number; y: number; w: number; h: number };
    datasource: { uid: string };
    targets: { refId: string; datasource: { uid: string }; expr: string }[];
  }[];
}

interface Rule {
  alert: string;
  expr: string;
  for: string;
  labels: { severity: string };
  annotations: { summary: string; description: string };
}

const { panels } = JSON.parse(read('grafana/dashboards/dockercoins.json')) as Dashboard;
const alerts = parse(read('alerts.yaml')) as { groups: { rules: Rule[] }[] };
const rules = alerts.groups.flatMap((group) => group.rules);

const documented = [...read('../../docs/metrics.md').matchAll(/^\| `(\w+)` \| (\w+)/gm)].flatMap(
  ([, name = '', type]) =>
    type === 'histogram' ? ['bucket', 'sum', 'count'].map((it) => `${name}_${it}`) : [name],
);

/** Metrics of Prometheus and of prom-client. */
const COMMON = [
  'up',
  'nodejs_eventloop_lag_p99_seconds',
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
];

/** Returns the metrics in a query: all names except functions, keywords, and labels. */
function metricsIn(query: string): string[] {
  const bare = query
    .replace(/\{[^}]*\}|\[[^\]]*\]|"[^"]*"/g, ' ')
    .replace(/\b(by|on|without)\s*\([^)]*\)/g, ' ');
  return [...bare.matchAll(/[a-z]\w*(?!\w|\s*\()/gi)]
    .map(([name]) => name)
    .filter((name) => !['and', 'or', 'unless', 'sum', 'max', 'min', 'count'].includes(name));
}

test('metrics are recognized in queries', () => {
  const query = 'sum by (job) (rate(a_total{x="y"}[1m])) / max(b > 0) and absent(up{job="rng"})';
  expect(metricsIn(query)).toEqual(['a_total', 'b', 'up']);
});

const queries = [
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
];

test.each(queries)('%s: only documented metrics', (_, query) => {
  const metrics = metricsIn(query);
  expect(metrics.length).toBeGreaterThan(0);
  expect(metrics.filter((name) => ![...documented, ...COMMON].includes(name))).toEqual([]);
});

describe('the Grafana dashboard', () => {
  test('has panels with unique ids and titles, side by side within 24 columns', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    for (const { gridPos } of panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      const overlapping = panels.filter(
        ({ gridPos: { x, y, w, h } }) =>
          x < gridPos.x + gridPos.w &&
          gridPos.x < x + w &&
          y < gridPos.y + gridPos.h &&
          gridPos.y < y + h,
      );
      expect(overlapping).toHaveLength(1);
    }
  });

  test('uses the provisioned data source', () => {
    const provisioned = parse(read('grafana/datasources/prometheus.yaml')) as {
      datasources: { uid: string; url: string }[];
    };
    const [{ uid, url } = { uid: '', url: '' }] = provisioned.datasources;
    expect(url).toBe('http://prometheus:9090');
    for (const panel of panels) {
      for (const { datasource } of [panel, ...panel.targets]) expect(datasource.uid).toBe(uid);
    }
  });
});

test.each(rules.map((rule) => [rule.alert, rule] as const))(
  '%s has a severity, a duration, a summary, and says what to do',
  (_, { labels, for: duration, annotations }) => {
    expect(labels.severity).toMatch(/^(critical|warning|info)$/);
    expect(duration).toMatch(/^\d+[sm]$/);
    expect(annotations.summary).not.toBe('');
    expect(annotations.description.length).toBeGreaterThan(40);
  },
);
