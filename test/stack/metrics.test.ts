/**
 * docs/metrics.md lists exactly the metrics that running services have.
 * @module
 */
import { expect, test } from 'vitest';
import { markdownTable } from '../../tools/markdown-table.ts';
import { startService } from '../support/service.ts';
import { takeRedis } from '../support/shared-redis.ts';
import { until } from '../../tools/stack/until.ts';

/** The metrics that prom-client has for every Node.js process. */
const DEFAULT_METRICS = /^(nodejs|process)_/;

interface Metric {
  name: string;
  type: string;
  labels: string;
  help: string;
  /** The lines with its values. */
  samples: string;
}

/** Parses the Prometheus text format. */
function parse(text: string): Metric[] {
  return [...text.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)\n((?:[^#\n].*\n)*)/gm)]
    .map(([, name = '', help = '', type = '', samples = '']) => {
      const labels = new Set([...samples.matchAll(/(\w+)="/g)].map(([, label = '']) => label));
      labels.delete('le');
      const list = [...labels].map((label) => `\`${label}\``).join(', ');
      return { name, type, labels: list, help, samples };
    })
    .filter(({ name }) => !DEFAULT_METRICS.test(name));
}

async function scrape(adminPort: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/metrics`);
  expect(response.status).toBe(200);
  return `${await response.text()}\n`;
}

/** `npx vitest run --project stack test/stack/metrics.test.ts -u` rewrites the page. */
test('docs/metrics.md lists every metric, as real services show it', async () => {
  await using redis = await takeRedis();
  const { url: REDIS_URL } = redis;
  await using rng = await startService('rng/main.ts', { RNG_DELAY_MS: '1' });
  await using hasher = await startService('hasher/main.ts', { HASHER_DELAY_MS: '1' });
  await using producer = await startService('producer/main.ts', { REDIS_URL });
  await using dashboard = await startService('dashboard/server/main.ts', { REDIS_URL });
  await using miner = await startService('miner/main.ts', {
    REDIS_URL,
    RNG_URL: `http://127.0.0.1:${rng.port}`,
    HASHER_URL: `http://127.0.0.1:${hasher.port}`,
  });
  await until('a loop is done', async () => (await miner.metric('miner_loops_total')) > 0);
  const all = Object.entries({ rng, hasher, producer, miner, dashboard });
  const texts = await until('every metric has a value', async () => {
    const latest = await Promise.all(all.map(([, { adminPort }]) => scrape(adminPort)));
    return latest.every((text) => parse(text).every(({ samples }) => samples !== '')) && latest;
  });

  const users = new Map<string, { metric: Metric; services: string[] }>();
  for (const [index, text] of texts.entries()) {
    const [service = ''] = all[index] ?? [];
    for (const name of ['nodejs_eventloop_lag_p99_seconds', 'process_cpu_seconds_total']) {
      expect(text).toContain(`\n${name} `);
    }
    for (const metric of parse(text)) {
      const { services } = users.get(metric.name) ?? { services: [] };
      users.set(metric.name, { metric, services: [...services, service] });
    }
  }
  const table = markdownTable(
    ['metric', 'type', 'labels', 'services', 'meaning'],
    [...users.values()].map(({ metric: { name, type, labels, help }, services }) => [
      `\`${name}\``,
      type,
      labels,
      services.join(', '),
      help,
    ]),
  );
  const page = `# Metrics

Every service shows its metrics at \`/metrics\` on \`ADMIN_PORT\` (9000). Times are in seconds. A histogram has \`_bucket\`, \`_sum\`
and \`_count\` series. \`test/stack/metrics.test.ts\` generates this table from running services.

${table}
prom-client adds its metrics of each Node.js process, \`process_*\` and \`nodejs_*\`: CPU time
(\`process_cpu_seconds_total\`), memory (\`process_resident_memory_bytes\`), event-loop lag
(\`nodejs_eventloop_lag_p99_seconds\`), and others.

- **Requests, errors, duration** of rng and hasher: \`gate_service_seconds_count\` by status, and its buckets. A client sees
  \`gate_wait_seconds\` plus \`gate_service_seconds\`. Status 499: the client disconnected while it waited.
- **Utilization** of rng and hasher: U = X·S/m. X·S, throughput times service time, is the rate of
  \`gate_service_seconds_sum\`; m is \`gate_slots\`.
- **Loops, exact**: \`bullmq_job_completed_total\` is BullMQ's own count. \`miner_loops_total\` starts at 0 with each miner.
- **Several dashboards** show the same queues: take \`max by (queue)\`, not the sum. While Redis does not respond, these metrics
  have no samples.

## Prometheus and Grafana

\`\`\`sh
docker compose -f compose.yaml -f compose.observability.yaml up
\`\`\`

Grafana is at <http://localhost:3000> (\`GRAFANA_PORT\`), without login and read-only; Prometheus, with its alerts, is at
<http://localhost:9090> (\`PROMETHEUS_PORT\`). Prometheus finds all replicas by name and keeps 15 days, at most 1 GiB. The files
are in \`deploy/observability/\`. Each alert in \`deploy/observability/alerts.yaml\` says what to do. Prometheus shows alerts; to
send them, add an Alertmanager.
`;
  await expect(page).toMatchFileSnapshot('../../docs/metrics.md');
});
