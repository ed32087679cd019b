import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queueKey } from '@dockercoins/common/queue-keys';
import { countServed } from '../testing/served.ts';
import { compose, containers, inspect } from '../testing/compose.ts';
import { readFrame } from '../testing/read-frame.ts';
import { httping } from '../testing/httping.ts';
import { until } from '../testing/until.ts';

const DASHBOARD = 'http://127.0.0.1:8000';
const RNG = 'http://127.0.0.1:8001/';
const HASHER = 'http://127.0.0.1:8002/';

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

/** Name and start of each container except those of `service`: the same list again if none was touched. */
async function allBut(service: string): Promise<string[]> {
  const others = (await containers()).filter((it) => it.service !== service);
  const starts = others.map(async ({ id, name }) => {
    const { StartedAt } = (await inspect(id)).State;
    return `${name} ${id} ${StartedAt}`;
  });
  return (await Promise.all(starts)).sort();
}

/** What rng's and hasher's host ports answer, and how fast loops are done, while `work` is under way. */
async function watch(work: Promise<unknown>) {
  const statuses = new Set<number>();
  const speeds: number[] = [];
  const scaling = { done: false };
  const finished = work.finally(() => (scaling.done = true));
  while (!scaling.done) {
    for (const url of [RNG, HASHER]) {
      statuses.add((await fetch(url, { headers: { connection: 'close' } })).status);
    }
    const speed = (await frame())?.speed;
    if (speed != null) speeds.push(speed);
    await sleep(100); // a look ten times a second is no load
  }
  await finished;
  return { statuses: [...statuses], slowest: Math.min(...speeds) };
}

/** Everything in the queue that is not completed. */
const LEFT = `local left = 0
for _, list in ipairs({'wait', 'active', 'paused'}) do left = left + redis.call('llen', '${queueKey('')}' .. list) end
for _, set in ipairs({'delayed', 'failed', 'prioritized'}) do left = left + redis.call('zcard', '${queueKey('')}' .. set) end
return left`;

async function askRedis(...command: string[]): Promise<number> {
  return Number(await compose(['exec', '--no-TTY', 'redis', 'redis-cli', ...command]));
}

describe('docker compose', () => {
  test('up: one miner mines a little less than 3.33 hashes/s', async () => {
    await speedBetween(2.5, 3.4, 1);
  });

  test('the containers are as locked down as compose.yaml says', async () => {
    const all = await containers();
    expect(all).toHaveLength(7);
    for (const { id, service } of all) {
      const { Config, HostConfig } = await inspect(id);
      expect(Config.User, service).toMatch(/^(node|redis|haproxy)$/);
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
    expect(await httping(RNG, 5)).toBeGreaterThan(400);
    expect(await httping(HASHER, 5)).toBeLessThan(100);
  });

  test('--scale rng=4 while ten miners mine: no other container is touched, the ports answer, the speed does not dip', async () => {
    const others = await allBut('rng');
    const before = (await frame())?.speed ?? NaN;
    const scaling = compose(['up', '--detach', '--scale', 'miner=10', '--scale', 'rng=4']);
    const { statuses, slowest } = await watch(scaling);
    expect(statuses).toEqual([200]);
    expect(slowest).toBeGreaterThan(0.8 * before);
    expect(await allBut('rng')).toEqual(others);
  });

  test('four rngs: three times as fast again, the queue is gone, requests are evenly spread', async () => {
    await speedBetween(22, 33.5, 10);
    expect((await frame())?.rng).toBe(4);
    expect(await httping(RNG, 5)).toBeLessThan(300);
    const since = new Date().toISOString();
    const start = (await frame())?.loops ?? 0;
    await until('400 loops', async () => ((await frame())?.loops ?? 0) > start + 400, 60_000);
    const log = await compose(['logs', '--no-color', '--since', since, 'rng']);
    const served = countServed(log.split('\n'));
    expect(served.size).toBe(4);
    expect(Math.min(...served.values()) / Math.max(...served.values())).toBeGreaterThan(0.7);
  });

  test('port 8001 reaches all four rngs, whether or not the client keeps its connection', async () => {
    for (const connection of ['close', 'keep-alive']) {
      const names = new Set<string>();
      for (let n = 0; n < 8; n++) {
        names.add(await (await fetch(RNG, { headers: { connection } })).text());
      }
      expect(names.size, connection).toBe(4);
      for (const name of names) expect(name).toMatch(/^RNG running on \w+\n$/);
    }
  });

  test('scale rng=1 while ten miners mine: no other container is touched, the ports answer, the queue is back', async () => {
    const others = await allBut('rng');
    const { statuses } = await watch(compose(['scale', 'rng=1']));
    expect(statuses).toEqual([200]);
    expect(await allBut('rng')).toEqual(others);
    await until('the queue is back', async () => (await httping(RNG, 5)) > 400, 60_000);
    await speedBetween(8, 10.2, 10);
  });

  test('--scale miner=2 while ten mine: two go on, and no job fails for good', async () => {
    await compose(['up', '--detach', '--scale', 'miner=2']);
    await speedBetween(5, 6.7, 2);
    expect((await frame())?.queue.failed).toBe(0);
  });

  test('the log shows the work, and ps shows that all are healthy', async () => {
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

  test('without rng, port 8001 answers 503', async () => {
    await compose(['scale', 'rng=0']);
    expect((await fetch(RNG, { signal: AbortSignal.timeout(5000) })).status).toBe(503);
    await compose(['scale', 'rng=1']);
    await until('rng answers again', async () => (await fetch(RNG)).ok);
  });

  test('stop: every container exits by itself with 0', async () => {
    const all = await containers();
    await compose(['stop']);
    for (const { id, name } of all) {
      const { State } = await inspect(id);
      expect(State, name).toMatchObject({ Running: false, ExitCode: 0, OOMKilled: false });
    }
  });

  test('the counters agree: completed jobs, hashes, and jobs added less those left', async () => {
    await compose(['up', '--detach', '--wait', 'redis']);
    const completed = await askRedis('hget', queueKey('metrics:completed'), 'count');
    expect(completed).toBeGreaterThan(500);
    expect(await askRedis('get', 'hashes')).toBe(completed);
    const added = await askRedis('get', queueKey('id'));
    expect(added - (await askRedis('eval', LEFT, '0'))).toBe(completed);
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

  test('other ports, inside and on the host: everything follows', async () => {
    const ports = {
      PORT: '8080',
      ADMIN_PORT: '9100',
      DASHBOARD_PORT: '8010',
      RNG_PORT: '8011',
      HASHER_PORT: '8012',
    };
    await compose(['up', '--detach', '--wait'], ports);
    const loops = async () => (await readFrame('http://127.0.0.1:8010'))?.loops;
    const before = await until('a frame', loops);
    await until('loops go on', async () => ((await loops()) ?? 0) > before);
    expect((await fetch('http://127.0.0.1:8011/')).status).toBe(200);
    expect((await fetch('http://127.0.0.1:8012/')).status).toBe(200);
  });

  test('compose.fast.yaml is valid', async () => {
    await compose(['-f', 'compose.yaml', '-f', 'compose.fast.yaml', 'config', '--quiet']);
  });
});
