/**
 * Prometheus beside the Compose stack on a Docker Engine: it scrapes every replica, every query of the Grafana dashboard
 * returns data, and each alert fires when its fault is injected. The expressions are those of `alerts.yaml`; only times
 * are shorter.
 * @module
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { JOB_NAME } from '@dockercoins/common/contract';
import { openQueue } from '@dockercoins/common/queue/queue';
import { compose as run, docker, inspect } from '../../tools/stack/compose.ts';
import { silentLog } from '../../tools/stack/log.ts';
import { firing, query } from '../support/prometheus.ts';
import { until } from '../../tools/stack/until.ts';

const FOLDER = 'deploy/observability';
const PROMETHEUS = 'http://127.0.0.1:8139';
const REDIS_PORT = 8137;
/** All services except Grafana, of which the tests need only the queries. */
const STACK = ['redis', 'rng', 'hasher', 'miner', 'producer', 'dashboard', 'prometheus'];

/** One `rate` over a minute, and time for scraping and evaluation. */
const PATIENCE_MS = 120_000;

interface PrometheusConfig {
  global: Record<string, string>;
  scrape_configs: { dns_sd_configs: { refresh_interval: string }[] }[];
}

interface Alerts {
  groups: { rules: { alert: string; expr: string; for: string }[] }[];
}

interface Dashboard {
  panels: { title: string; targets: { expr: string }[] }[];
}

const readYaml = async (file: string) => parse(await readFile(file, 'utf8')) as unknown;

const { services } = (await readYaml('compose.observability.yaml')) as {
  services: { prometheus: { image: string } };
};
const alerts = (await readYaml(`${FOLDER}/alerts.yaml`)) as Alerts;
const rules = alerts.groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(
  await readFile(`${FOLDER}/grafana/dashboards/dockercoins.json`, 'utf8'),
) as Dashboard;

let dir: string;
let env: Record<string, string>;
const compose = (...args: string[]) => run(args, env);
const up = (...args: string[]) => compose('up', '--detach', '--wait', ...args);
const scaleMiners = (n: number) => compose('scale', `miner=${n}`);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dockercoins-observability-'));
  const override = join(dir, 'override.yaml');
  env = {
    COMPOSE_PROJECT_NAME: 'dockercoins-observability',
    COMPOSE_FILE: ['compose.yaml', 'compose.observability.yaml', override].join(':'),
    DASHBOARD_PORT: '8130',
    PROMETHEUS_PORT: new URL(PROMETHEUS).port,
  };
  const config = (await readYaml(`${FOLDER}/prometheus.yml`)) as PrometheusConfig;
  // A dashboard whose Redis hangs responds after 2 s.
  config.global = { scrape_interval: '3s', scrape_timeout: '3s', evaluation_interval: '1s' };
  for (const { dns_sd_configs: discoveries } of config.scrape_configs)
    for (const discovery of discoveries) discovery.refresh_interval = '1s';
  const quick = {
    groups: alerts.groups.map((group) => ({
      ...group,
      rules: group.rules.map((rule) => ({ ...rule, for: '3s' })),
    })),
  };
  const files = { 'prometheus.yml': config, 'alerts.yaml': quick };
  for (const [name, content] of Object.entries(files))
    await writeFile(join(dir, name), stringify(content));
  await writeFile(
    override,
    stringify({
      services: {
        prometheus: {
          volumes: Object.keys(files).map(
            (name) => `${join(dir, name)}:/etc/prometheus/${name}:ro`,
          ),
        },
        redis: { ports: [`127.0.0.1:${REDIS_PORT}:6379`] },
      },
    }),
  );
  await compose('down', '--volumes', '--remove-orphans');
  await compose('up', '--detach', '--build', '--quiet-pull', '--scale', 'miner=2', ...STACK);
});

afterAll(async () => {
  await compose('down', '--volumes', '--remove-orphans');
  await rm(dir, { recursive: true });
});

/** Returns the number of targets that Prometheus can scrape, by service. */
async function replicas(): Promise<Record<string, number>> {
  const samples = await query(PROMETHEUS, 'sum by (job) (up)').catch(() => []); // not ready yet
  return Object.fromEntries(samples.map(({ metric, value }) => [metric.job ?? '', value]));
}

const untilReplicas = (expected: Record<string, number>) =>
  until(
    `Prometheus scrapes ${JSON.stringify(expected)}`,
    async () => {
      const current = await replicas();
      return Object.entries(expected).every(([job, n]) => current[job] === n);
    },
    PATIENCE_MS,
  );

const ONE_OF_EACH = { rng: 1, hasher: 1, producer: 1, dashboard: 1 };

describe('the configuration', () => {
  test('is valid', async () => {
    const mount = `${resolve(FOLDER)}:/etc/prometheus:ro`;
    const promtool = ['run', '--rm', '--volume', mount, '--entrypoint', 'promtool'];
    const check = ['check', 'config', '/etc/prometheus/prometheus.yml'];
    const output = await docker([...promtool, services.prometheus.image, ...check]);
    expect(output).toContain(`${rules.length} rules found`);
  });

  test('gives Prometheus no root user, capabilities, or writable image, and a memory limit', async () => {
    const id = (await compose('ps', '--quiet', 'prometheus')).trim();
    const { Config, HostConfig } = await inspect(id);
    expect(Config.User).toBe('nobody');
    expect(HostConfig).toMatchObject({
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      Privileged: false,
    });
    expect(HostConfig.Memory).toBeGreaterThan(0);
  });
});

describe('Prometheus', () => {
  test('scrapes every replica, also after scaling', async () => {
    await untilReplicas({ ...ONE_OF_EACH, miner: 2 });
    await scaleMiners(3);
    await untilReplicas({ ...ONE_OF_EACH, miner: 3 });
    await scaleMiners(2);
    await untilReplicas({ ...ONE_OF_EACH, miner: 2 });
  });

  test.each(
    dashboard.panels.flatMap(({ title, targets }) =>
      targets.map(({ expr }) => [title, expr] as const),
    ),
  )('has data for the panel %s: %s', async (_, expr) => {
    await until(
      'there is data',
      async () => {
        const samples = await query(PROMETHEUS, expr);
        return samples.length > 0 && samples.every(({ value }) => !Number.isNaN(value));
      },
      PATIENCE_MS,
    );
  });

  test('shows no alert while all is well', async () => {
    await until('no alert fires', async () => (await firing(PROMETHEUS)).length === 0, PATIENCE_MS);
  });
});

/** Opens the queue from outside the stack for as long as `use` takes. */
async function withQueue<T>(use: (queue: ReturnType<typeof openQueue>) => Promise<T>): Promise<T> {
  const redis = new Redis(REDIS_PORT, '127.0.0.1', { maxRetriesPerRequest: null });
  const queue = openQueue(redis, silentLog);
  try {
    return await use(queue);
  } finally {
    await queue.close();
    redis.disconnect();
  }
}

const addJobs = (name: string, n: number) =>
  withQueue((queue) => queue.addBulk(Array.from({ length: n }, () => ({ name, data: {} }))));

interface Fault {
  /** Alerts that it causes, as `firing` returns them. */
  alerts: string[];
  inject: () => Promise<unknown>;
  repair: () => Promise<unknown>;
}

const faults: Record<string, Fault> = {
  'a service is stopped': {
    alerts: ['ServiceDown hasher'],
    inject: () => compose('stop', 'hasher'),
    repair: () => up('--no-deps', 'hasher'),
  },
  'a replica freezes': {
    alerts: ['ReplicaDown miner'],
    inject: () => docker(['pause', 'dockercoins-observability-miner-1']),
    repair: () => docker(['unpause', 'dockercoins-observability-miner-1']),
  },
  'Redis hangs': {
    alerts: ['RedisUnreachable miner', 'RedisUnreachable producer', 'RedisUnreachable dashboard'],
    inject: () => compose('pause', 'redis'),
    repair: () => compose('unpause', 'redis'),
  },
  'the producer is killed': {
    alerts: ['NoProducerLeads', 'ServiceDown producer'],
    inject: () => compose('kill', 'producer'),
    repair: () => up('--no-deps', 'producer'),
  },
  'a job fails that no retry can save': {
    alerts: ['JobsFailed'],
    inject: () => addJobs('not a loop', 1),
    repair: () => withQueue((queue) => queue.clean(0, 0, 'failed')),
  },
  'a container gets too little CPU time': {
    alerts: ['EventLoopLag hasher'],
    inject: () => docker(['update', '--cpus', '0.01', 'dockercoins-observability-hasher-1']),
    repair: () => up('--no-deps', '--force-recreate', 'hasher'),
  },
  'rng lets nobody wait': {
    alerts: ['HighErrorRatio rng'],
    inject: async () => {
      // Scaling first, because it would recreate rng with its default settings.
      await scaleMiners(3);
      await run(['up', '--detach', '--no-deps', 'rng'], { ...env, RNG_WAITING: '0' });
    },
    repair: async () => {
      await up('--no-deps', 'rng');
      await scaleMiners(2);
    },
  },
  'ten miners, and more jobs than the producer adds': {
    alerts: ['Saturated rng', 'HighWait rng', 'QueueGrows'],
    inject: async () => {
      await scaleMiners(10);
      await addJobs(JOB_NAME, 2000);
    },
    repair: async () => {
      await scaleMiners(2);
      await withQueue((queue) => queue.drain());
    },
  },
  'no miner is left': {
    alerts: ['LoopsStopped', 'ServiceDown miner'],
    inject: () => scaleMiners(0),
    repair: () => scaleMiners(2),
  },
};

test('every alert has a fault', () => {
  const caused = Object.values(faults).flatMap((fault) => fault.alerts);
  const names = new Set(caused.map((alert) => alert.split(' ')[0]));
  expect([...names].sort()).toEqual(rules.map(({ alert }) => alert).sort());
});

test.each(Object.entries(faults))(
  'alerts fire when %s, and then resolve',
  async (_, { alerts: expected, inject, repair }) => {
    const isFiring = async (alert: string) => (await firing(PROMETHEUS)).includes(alert);
    const start = performance.now();
    const seconds = () => Math.round((performance.now() - start) / 1000);
    const log: string[] = [];
    try {
      for (const alert of expected) expect(await isFiring(alert)).toBe(false);
      await inject();
      await Promise.all(
        expected.map(async (alert) => {
          await until(`${alert} fires`, () => isFiring(alert), PATIENCE_MS);
          log.push(`${alert} fired after ${seconds()} s`);
        }),
      );
    } finally {
      await repair();
    }
    await until('no alert fires', async () => (await firing(PROMETHEUS)).length === 0, PATIENCE_MS);
    console.info(`${log.join(', ')}; all resolved after ${seconds()} s`);
  },
);
