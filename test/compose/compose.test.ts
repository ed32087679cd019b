/**
 * The Compose stack on a Docker Engine: one stack, scaled, stopped, and moved to other ports. Each test continues where the
 * one before it ended.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compose, containers, docker, inspect } from '../../tools/stack/compose.ts';
import { COUNTERS, type Counters } from '../../tools/stack/counters.ts';
import { expectExactWallet } from '../support/exact-wallet.ts';
import { httping } from '../../tools/stack/httping.ts';
import { readFrame } from '../../tools/stack/read-frame.ts';
import { runCommand } from '../support/run-command.ts';
import { countServed } from '../support/served.ts';
import { untilSpeed } from '../support/until-speed.ts';
import { until } from '../../tools/stack/until.ts';

const DASHBOARD = 'http://127.0.0.1:8000';
const RNG = 'http://127.0.0.1:8001/';
const HASHER = 'http://127.0.0.1:8002/';

/** Seconds over which the dashboard measures the speed. */
const SPEED_WINDOW = 5;

beforeAll(async () => {
  await compose(['down', '--volumes']);
  await compose(['up', '--detach', '--build', '--quiet-pull']);
});

afterAll(async () => {
  await compose(['down', '--volumes', '--remove-orphans']);
});

const frame = () => readFrame(DASHBOARD);

/** Identifies each run of each container, except those of `service`. */
async function runsOfOthers(service: string): Promise<string[]> {
  const others = (await containers()).filter((container) => container.service !== service);
  const runs = others.map(async ({ id, name }) => {
    const { StartedAt } = (await inspect(id)).State;
    return `${name} ${id} ${StartedAt}`;
  });
  return (await Promise.all(runs)).sort();
}

/**
 * Until `work` is done and its effect has passed through the window of the speed, collects the status codes of the host
 * ports of rng and hasher, and the speed of each second.
 */
async function observe(work: Promise<unknown>) {
  const statuses = new Set<number>();
  const speeds = new Map<number, number>();
  const progress = { isDone: false, secondsAfter: 0 };
  const finished = work.finally(() => (progress.isDone = true));
  finished.catch(() => undefined); // awaited below
  while (!progress.isDone || progress.secondsAfter <= SPEED_WINDOW) {
    for (const url of [RNG, HASHER]) {
      const { status } = await fetch(url, { headers: { connection: 'close' } });
      statuses.add(status);
    }
    const latest = await frame();
    if (latest?.speed != null && !speeds.has(latest.at)) {
      speeds.set(latest.at, latest.speed);
      if (progress.isDone) progress.secondsAfter++;
    }
    await sleep(100); // polling ten times a second causes no load
  }
  await finished;
  return { statuses: [...statuses], slowest: Math.min(...speeds.values()) };
}

async function readCounters(): Promise<Counters> {
  const redisCli = ['exec', '--no-TTY', 'redis', 'redis-cli'];
  return JSON.parse(await compose([...redisCli, 'eval', COUNTERS, '0'])) as Counters;
}

describe('with docker compose,', () => {
  test('up starts one miner, which does about 3 hashes/s', async () => {
    await untilSpeed(DASHBOARD, 2.5, 3.4, 1);
  });

  test('every container has a memory limit, and no root user, capabilities, or writable image', async () => {
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

  test('the image of the dashboard contains the workshop', async () => {
    expect(await (await fetch(`${DASHBOARD}/workshop`)).text()).toContain('<h1>Workshop</h1>');
  });

  test('the wallet holds exactly the coins that jobs found', async () => {
    await until('some coins are found', async () => ((await frame())?.coins ?? 0) > 1);
    const counters = await until('no coin is on its way to the wallet', async () => {
      const current = await readCounters();
      return current.coinsMissing === 0 && current;
    });
    expect(counters.kept).toBe(counters.completed); // so the coins of all jobs are known
    expectExactWallet(counters);
  });

  test('up --scale miner=10 triples the speed, and requests wait at rng, not at hasher', async () => {
    await compose(['up', '--detach', '--scale', 'miner=10']);
    await untilSpeed(DASHBOARD, 8, 10.2, 10);
    const names = (await frame())?.fleet.map(({ name }) => name) ?? [];
    expect(names.sort()).toEqual(Array.from({ length: 10 }, (_, n) => `miner-${n + 1}`).sort());
    expect(await httping(RNG, 5)).toBeGreaterThan(400);
    expect(await httping(HASHER, 5)).toBeLessThan(100);
  });

  // A statement about speed may be tried once more: the machine that mines also starts three containers.
  test(
    'up --scale rng=4 keeps other containers running and the ports responding, and the speed does not dip',
    { retry: 1 },
    async () => {
      await compose(['up', '--detach', '--scale', 'miner=10', '--scale', 'rng=1']);
      await untilSpeed(DASHBOARD, 8, 10.2, 10);
      const others = await runsOfOthers('rng');
      const before = (await frame())?.speed ?? NaN;
      const scaling = compose(['up', '--detach', '--scale', 'miner=10', '--scale', 'rng=4']);
      const { statuses, slowest } = await observe(scaling);
      expect(statuses).toEqual([200]);
      expect(slowest).toBeGreaterThan(0.8 * before);
      expect(await runsOfOthers('rng')).toEqual(others);
    },
  );

  test('four rngs triple the speed again and share the requests evenly, and waits at rng are short', async () => {
    await untilSpeed(DASHBOARD, 22, 33.5, 10);
    expect((await frame())?.rng).toBe(4);
    expect(await httping(RNG, 5)).toBeLessThan(300);
    const since = new Date().toISOString();
    const loopsBefore = (await frame())?.loops ?? 0;
    await until(
      '400 more loops are done',
      async () => ((await frame())?.loops ?? 0) > loopsBefore + 400,
    );
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

  test('scale rng=1 keeps other containers running and the ports responding, and requests wait again', async () => {
    const others = await runsOfOthers('rng');
    const { statuses } = await observe(compose(['scale', 'rng=1']));
    expect(statuses).toEqual([200]);
    expect(await runsOfOthers('rng')).toEqual(others);
    await until('requests wait at rng', async () => (await httping(RNG, 5)) > 400);
    await untilSpeed(DASHBOARD, 8, 10.2, 10);
  });

  test('up --scale miner=2 leaves two of ten miners running, and no job fails for good', async () => {
    await compose(['up', '--detach', '--scale', 'miner=2']);
    await untilSpeed(DASHBOARD, 5, 6.7, 2);
    await until('no job waits for a retry', async () => (await frame())?.queue.delayed === 0);
    expect((await frame())?.queue.failed).toBe(0);
  });

  test('the log shows the work, and every container is healthy', async () => {
    const log = await compose(['logs', '--no-color', '--tail', '20', 'miner']);
    expect(log).toMatch(/\d+ units of work done, updating hash counter/);
    await until('every container is healthy', async () => {
      const lines = (await compose(['ps', '--format', '{{.Service}} {{.Health}}']))
        .trim()
        .split('\n');
      return lines.every((line) => line.endsWith(' healthy'));
    });
  });

  test('npm run conformance finds nothing wrong, and leaves no process in the container of Redis', async () => {
    const { stdout } = await runCommand([
      ...['conformance', '--rng', RNG, '--hasher', HASHER],
      ...['--redis', 'compose', '--dashboard', DASHBOARD],
    ]);
    expect(stdout.split('\n').filter((line) => line.startsWith('FAIL'))).toEqual([]);
    expect(stdout).toMatch(/ passed, 0 failed, /);
    await until('the connections have ended', async () => {
      return !(await compose(['top', 'redis'])).includes('/dev/tcp');
    });
  });

  test('port 8001 responds with 503 if there is no rng', async () => {
    await compose(['scale', 'rng=0']);
    expect((await fetch(RNG, { signal: AbortSignal.timeout(5000) })).status).toBe(503);
    await compose(['scale', 'rng=1']);
    await until('rng responds again', async () => (await fetch(RNG)).ok);
  });

  test('stop makes every container exit on its own with code 0', async () => {
    const all = await containers();
    await compose(['stop']);
    for (const { id, name } of all) {
      const { State } = await inspect(id);
      expect(State, name).toMatchObject({ Running: false, ExitCode: 0, OOMKilled: false });
    }
  });

  test('the counts of jobs, `hashes`, and coins agree after the stop', async () => {
    await compose(['up', '--detach', 'redis']);
    const counters = await until('Redis responds', () => readCounters().catch(() => undefined));
    expect(counters.completed).toBeGreaterThan(500);
    expect(counters.hashes).toBe(counters.completed);
    const left = counters.unfinished + counters.failed;
    expect(counters.added - left).toBe(counters.completed);
    expect(counters.coinsMissing).toBe(0);
    expect(counters.wallet).toBeGreaterThanOrEqual(counters.coinsOfJobs); // only recent jobs are kept
  });

  test('up after a stop continues every counter', async () => {
    const stopped = await readCounters();
    await compose(['up', '--detach']);
    const latest = await until('the stack mines', async () => {
      const current = await frame();
      return current !== undefined && current.loops > stopped.completed && current;
    });
    expect(latest.hashes).toBeGreaterThanOrEqual(stopped.hashes);
    expect(latest.hashes).toBeGreaterThan(500);
    expect(latest.coins).toBeGreaterThanOrEqual(stopped.wallet);
    expect(latest.coins).toBeGreaterThan(5);
  });

  test('the stack also mines and responds on other ports, inside and on the host', async () => {
    const ports = {
      PORT: '8080',
      ADMIN_PORT: '9100',
      DASHBOARD_PORT: '8010',
      RNG_PORT: '8011',
      HASHER_PORT: '8012',
    };
    await compose(['up', '--detach', '--wait'], ports);
    const loops = async () => (await readFrame('http://127.0.0.1:8010'))?.loops;
    const before = await until('the dashboard has a frame', loops);
    await until('the stack mines', async () => ((await loops()) ?? 0) > before);
    expect((await fetch('http://127.0.0.1:8011/')).status).toBe(200);
    expect((await fetch('http://127.0.0.1:8012/')).status).toBe(200);
  });

  test('the forwarder listens on IPv4 if the kernel has no IPv6', async () => {
    const { id: running = '' } =
      (await containers()).find((it) => it.service === 'forwarder') ?? {};
    const { Image } = await inspect(running);
    const noIpv6 = ['--security-opt', 'seccomp=test/compose/no-ipv6.json'];
    const options = ['--detach', '--env', 'PORT=80', '--health-interval', '1s', ...noIpv6];
    const id = (await docker(['run', ...options, Image])).trim();
    try {
      await until('it is healthy', async () => {
        const { State } = await inspect(id);
        expect(State, await docker(['logs', id])).toMatchObject({ Running: true });
        return State.Health?.Status === 'healthy';
      });
    } finally {
      await docker(['rm', '--force', id]);
    }
  });

  test('compose.fast.yaml is valid', async () => {
    await compose(['-f', 'compose.yaml', '-f', 'compose.fast.yaml', 'config', '--quiet']);
  });
});
