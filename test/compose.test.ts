import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countServed } from '../lab/served.ts';
import { compose, containers, inspect } from './support/compose.ts';
import { readFrame } from './support/frame.ts';
import { httping } from './support/httping.ts';
import { until } from './support/until.ts';

const DASHBOARD = 'http://127.0.0.1:8000';
const RNG_PORTS = { RNG_PORT: '8011-8014' };

beforeAll(async () => {
  await compose(['down', '--volumes']);
  await compose(['up', '--detach', '--build', '--quiet-pull']);
});

afterAll(async () => {
  await compose(['down', '--volumes', '--remove-orphans']);
});

const frame = () => readFrame(DASHBOARD);

async function speedBetween(least: number, most: number, miners: number): Promise<void> {
  await until(
    `${miners} miners and ${least} to ${most} hashes/s`,
    async () => {
      const now = await frame();
      return now?.miners === miners && now.speed !== null && now.speed > least && now.speed < most;
    },
    60_000,
  );
}

const idsOf = async (service: string) =>
  (await containers()).filter((it) => it.service === service).map(({ id }) => id);

describe('docker compose', () => {
  test('up: one miner mines a little less than 3.33 hashes/s', async () => {
    await speedBetween(2.5, 3.4, 1);
  });

  test('the containers are as locked down as compose.yaml says', async () => {
    const all = await containers();
    expect(all).toHaveLength(6);
    for (const { id, service } of all) {
      const { Config, HostConfig } = await inspect(id);
      expect(Config.User, service).toMatch(/^(node|redis)$/);
      expect(HostConfig, service).toMatchObject({
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges:true'],
        Privileged: false,
      });
      expect(HostConfig.Memory, service).toBeGreaterThan(0);
    }
  });

  test('--scale miner=10: three times as fast, and rng is where the requests wait', async () => {
    await compose(['up', '--detach', '--scale', 'miner=10']);
    await speedBetween(8, 10.2, 10);
    expect(await httping('http://127.0.0.1:8001/', 5)).toBeGreaterThan(400);
    expect(await httping('http://127.0.0.1:8002/', 5)).toBeLessThan(100);
  });

  test('--scale rng=4, on ports of their own: faster again, and evenly spread', async () => {
    await compose(['up', '--detach', '--scale', 'miner=10', '--scale', 'rng=4'], RNG_PORTS);
    await speedBetween(22, 33.5, 10);
    expect((await frame())?.rng).toBe(4);
    const since = new Date().toISOString();
    const start = (await frame())?.loops ?? 0;
    await until('400 loops', async () => ((await frame())?.loops ?? 0) > start + 400, 60_000);
    const log = await compose(['logs', '--no-color', '--since', since, 'rng']);
    const served = countServed(log.split('\n'));
    expect(served.size).toBe(4);
    expect(Math.min(...served.values()) / Math.max(...served.values())).toBeGreaterThan(0.7);
    for (const port of [8011, 8012, 8013, 8014]) {
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toMatch(
        /^RNG running on \w+\n$/,
      );
    }
  });

  test('--scale miner=2 while it runs: the others finish their loops and leave with 0', async () => {
    await compose(['up', '--detach', '--scale', 'miner=2', '--scale', 'rng=1']);
    await speedBetween(5, 6.7, 2);
    expect((await frame())?.queue.failed).toBe(0);
  });

  test('logs and ps tell what a person looks for', async () => {
    const log = await compose(['logs', '--no-color', '--tail', '20', 'miner']);
    expect(log).toMatch(/\d+ units of work done, updating hash counter/);
    await until(
      'all are healthy',
      async () => {
        const lines = (await compose(['ps', '--format', '{{.Service}} {{.Health}}']))
          .trim()
          .split('\n');
        return lines.every((line) => line.endsWith(' healthy'));
      },
      30_000,
    );
  });

  test('stop: every container leaves by itself, none is killed, and the counters agree', async () => {
    const ids = await Promise.all(
      ['rng', 'hasher', 'producer', 'miner', 'dashboard', 'redis'].map(idsOf),
    );
    await compose(['stop']);
    for (const id of ids.flat()) {
      const { State } = await inspect(id);
      expect(State, id).toMatchObject({ Running: false, ExitCode: 0, OOMKilled: false });
    }
  });

  test('up again: everything counted is still there', async () => {
    await compose(['up', '--detach']);
    const now = await until(
      'a frame with loops',
      async () => {
        const latest = await frame();
        return latest !== undefined && latest.loops > 500 && latest;
      },
      30_000,
    );
    expect(now.hashes).toBeGreaterThan(500);
    expect(now.coins).toBeGreaterThan(5);
  });
});
