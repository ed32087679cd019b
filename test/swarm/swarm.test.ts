/**
 * The stack on a Docker Swarm: deployed, scaled, updated, and run while nodes are drained, killed, and cut off. Each test
 * continues where the one before it ended.
 *
 *     DOCKER_HOST=tcp://MANAGER:2375 npm run test:swarm
 *
 * The Swarm has one manager and at least two workers. Each node is a container of this machine's engine (the default socket),
 * named like the node's hostname, on a network named `swarm`, so that the test can kill it or cut it off. The test builds the
 * images on this machine and copies them to the nodes. A stack named `dockercoins` and its data are removed.
 *
 * Redis runs on the manager. That node is never stopped: a Swarm with a single manager cannot do without it.
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Outage } from '../../dashboard/frame/frame.ts';
import { compose, docker, type Inspection } from '../../tools/stack/compose.ts';
import { COUNTERS, type Counters } from '../../tools/stack/counters.ts';
import { expectExactWallet } from '../support/exact-wallet.ts';
import { readFrame } from '../../tools/stack/read-frame.ts';
import { countServed } from '../support/served.ts';
import {
  addressOf,
  copyImages,
  findNodes,
  lines,
  onMachine,
  onNode,
  runningTasks,
  type SwarmNodes,
} from '../support/swarm.ts';
import { untilSpeed } from '../support/until-speed.ts';
import { until } from '../../tools/stack/until.ts';

const STACK = 'dockercoins';
const STACK_FILE = 'deploy/swarm/stack.yaml';
const IMAGES = { IMAGE_PREFIX: 'dockercoins-test', TAG: '1' };
const SERVICES = ['rng', 'hasher', 'producer', 'miner', 'dashboard', 'forwarder'];
const PASSWORDS = { redis: 'test-redis-password', board: 'test-board-password' };

/** Until the Swarm has replaced a dead node's tasks, and the jobs of its miners have run again. */
const RECOVERY_MS = 150_000;

let nodes: SwarmNodes;
/** The workers, to be killed and to be cut off. */
let first: string;
let second: string;
/** The dashboard on the manager. */
let dashboard: string;

const image = (service: string, tag: string = IMAGES.TAG) =>
  `${IMAGES.IMAGE_PREFIX}/${service}:${tag}`;

const tasksOf = async (...services: string[]) =>
  (await runningTasks(STACK)).filter(({ service }) => services.includes(service));

const tasksOn = async (node: string) =>
  (await runningTasks(STACK)).filter((task) => task.node === node);

const scale = (service: string, replicas: number) =>
  docker(['service', 'scale', `${STACK}_${service}=${replicas}`]);

const update = (service: string, ...options: string[]) =>
  docker(['service', 'update', '--quiet', ...options, `${STACK}_${service}`]);

const deploy = (env: Record<string, string>) =>
  docker(
    ['stack', 'deploy', '--detach=false', '--resolve-image', 'never', '-c', STACK_FILE, STACK],
    env,
  );

const statusOf = async (node: string) =>
  (await docker(['node', 'inspect', '--format', '{{.Status.State}}', node])).trim();

const frame = () => readFrame(dashboard);

/** Waits until ten miners and four rngs run at full speed, and nothing is left of what a dead node did. */
async function untilRecovered(): Promise<void> {
  await untilSpeed(dashboard, 25, 34, 10, RECOVERY_MS);
  await until(
    'no job is abandoned or waits for a retry',
    async () => {
      const latest = await frame();
      return latest?.abandoned.length === 0 && latest.queue.delayed === 0;
    },
    RECOVERY_MS,
  );
}

/** Runs redis-cli with the password. */
async function redisCli(...args: string[]): Promise<string> {
  const [id = ''] = await lines(
    onNode(nodes.manager, 'ps', '--quiet', '--filter', `name=${STACK}_redis`),
  );
  const script = 'REDISCLI_AUTH=$(cat /run/secrets/redis_password) exec redis-cli "$@"';
  return onNode(nodes.manager, 'exec', id, 'sh', '-c', script, '-', ...args);
}

const readCounters = async () => JSON.parse(await redisCli('eval', COUNTERS, '0')) as Counters;

/** No job is lost, none has failed for good, and no coin is missing. */
async function expectNothingLost(): Promise<void> {
  const counters = await readCounters();
  expect(counters.failed).toBe(0);
  expect(counters.completed + counters.unfinished).toBe(counters.added);
  expect(counters.coinsMissing).toBe(0);
}

/** Inspects all containers of the stack on a node. */
async function containersOn(node: string): Promise<(Inspection & { Name: string })[]> {
  const label = `label=com.docker.stack.namespace=${STACK}`;
  const ids = await lines(onNode(node, 'ps', '--quiet', '--filter', label));
  if (ids.length === 0) return [];
  return JSON.parse(await onNode(node, 'inspect', ...ids)) as (Inspection & { Name: string })[];
}

/** Until `work` is done, collects the speed of each second and returns the lowest. */
async function slowestDuring(work: Promise<unknown>): Promise<number> {
  const speeds: number[] = [];
  let isDone = false;
  const finished = work.finally(() => (isDone = true));
  finished.catch(() => undefined); // awaited below
  await until(
    'the work is done',
    async () => {
      speeds.push((await frame())?.speed ?? Infinity);
      return isDone;
    },
    120_000,
  );
  await finished;
  return Math.min(...speeds);
}

async function removeStack(): Promise<void> {
  await docker(['stack', 'rm', STACK]); // with --detach=false, it may never return
  await until(
    'no container of the stack is left',
    async () => {
      const containers = await Promise.all([nodes.manager, ...nodes.workers].map(containersOn));
      return containers.flat().length === 0;
    },
    60_000,
  );
}

async function removeData(): Promise<void> {
  await until('the volume is removed', async () => {
    const removal = onNode(nodes.manager, 'volume', 'rm', '--force', `${STACK}_redis`);
    return removal.then(
      () => true,
      () => false, // the container that used it is about to be removed
    );
  });
  for (const name of Object.keys(PASSWORDS)) {
    await docker(['secret', 'rm', `${STACK}_${name}_password`]).catch(() => undefined); // none
  }
}

beforeAll(async () => {
  nodes = await findNodes();
  [first = '', second = ''] = nodes.workers;
  dashboard = `http://${await addressOf(nodes.manager)}:8000`;
  await removeStack();
  await removeData();

  const local = { ...IMAGES, DOCKER_HOST: '' };
  await compose(['-f', STACK_FILE, 'build', '--quiet'], local);
  await compose(['-f', STACK_FILE, 'pull', '--quiet', '--policy', 'missing', 'redis'], local);
  await onMachine('tag', image('miner'), image('miner', '2'));
  await onMachine('tag', 'redis:8', image('miner', 'broken')); // runs, but fails the health check
  const miners = [image('miner', '2'), image('miner', 'broken')];
  await copyImages([...SERVICES.map((service) => image(service)), ...miners, 'redis:8'], nodes);

  for (const [name, password] of Object.entries(PASSWORDS)) {
    // As `openssl rand -hex 24 | docker secret create NAME -` does, with a line break at the end.
    const create = `echo ${password} | docker secret create ${STACK}_${name}_password -`;
    await onMachine('exec', nodes.manager, 'sh', '-c', create);
  }
  await docker(['node', 'update', '--label-add', 'dockercoins.redis=true', nodes.manager]);
});

afterAll(async () => {
  for (const node of nodes.workers) {
    await onMachine('start', node);
    await onMachine('network', 'connect', 'swarm', node).catch(() => undefined); // it is connected
    await docker(['node', 'update', '--availability', 'active', node]);
  }
  await removeStack();
  await removeData();
  await docker(['node', 'update', '--label-rm', 'dockercoins.redis', nodes.manager]);
});

describe('on a Swarm,', () => {
  test('deploy says which variable is missing', async () => {
    await expect(deploy({ TAG: '1' })).rejects.toThrow(/IMAGE_PREFIX is missing a value: set it/);
    await expect(deploy({ IMAGE_PREFIX: 'a' })).rejects.toThrow(/TAG is missing a value: set it/);
  });

  test('deploy starts one miner, which does about 3 hashes/s', async () => {
    await deploy(IMAGES);
    await untilSpeed(dashboard, 2.5, 3.4, 1);
    const count = async (service: string) => (await tasksOf(service)).length;
    expect(await count('rng')).toBe(1);
    expect(await count('hasher')).toBe(2);
    expect(await count('producer')).toBe(2);
    expect(await tasksOf('redis')).toMatchObject([{ node: nodes.manager }]);
  });

  test('every node serves ports 8000, 8001, and 8002', async () => {
    for (const node of [nodes.manager, ...nodes.workers]) {
      const origin = `http://${await addressOf(node)}`;
      const get = async (port: number) => (await fetch(`${origin}:${port}/`)).text();
      await until(`${node} serves the dashboard`, async () => {
        return (await readFrame(`${origin}:8000`)) !== undefined;
      });
      expect(await get(8001), node).toBe('RNG running on rng-1\n');
      expect(await get(8002), node).toMatch(/^HASHER running on hasher-[12]\n$/);
    }
  });

  test('every container has a memory limit, and no root user, capabilities, or writable image', async () => {
    for (const node of [nodes.manager, ...nodes.workers]) {
      for (const { Name, Config, HostConfig } of await containersOn(node)) {
        expect(Config.User, Name).toMatch(/^(node|redis|haproxy)$/);
        const limits = { ReadonlyRootfs: true, CapDrop: ['ALL'], Privileged: false };
        expect(HostConfig, Name).toMatchObject(limits);
        expect(HostConfig.Memory, Name).toBeGreaterThan(0);
      }
    }
  });

  test('Redis and Bull Board require the passwords, and neither the process list nor `docker inspect` shows one', async () => {
    const [id = ''] = await lines(
      onNode(nodes.manager, 'ps', '--quiet', '--filter', `name=${STACK}_redis`),
    );
    expect(await onNode(nodes.manager, 'exec', id, 'redis-cli', 'ping')).toContain('NOAUTH');
    expect((await fetch(`${dashboard}/queues`)).status).toBe(401);
    const login = Buffer.from(`admin:${PASSWORDS.board}`).toString('base64');
    const headers = { authorization: `Basic ${login}` };
    expect((await fetch(`${dashboard}/queues`, { headers })).status).toBe(200);
    for (const node of [nodes.manager, ...nodes.workers]) {
      const shown =
        (await onMachine('top', node, 'ax', '-o', 'pid,args')) +
        JSON.stringify(await containersOn(node));
      for (const password of Object.values(PASSWORDS)) expect(shown).not.toContain(password);
    }
  });

  test('scale miner=10 triples the speed, and the dashboard names the replicas', async () => {
    await scale('miner', 10);
    await untilSpeed(dashboard, 9, 10.2, 10);
    const names = (await frame())?.fleet.map(({ name }) => name) ?? [];
    expect(names.sort()).toEqual(Array.from({ length: 10 }, (_, n) => `miner-${n + 1}`).sort());
  });

  test('the wallet holds exactly the coins that jobs found', async () => {
    await until('some coins are found', async () => ((await frame())?.coins ?? 0) > 3, 60_000);
    const counters = await readCounters();
    expect(counters.kept).toBe(counters.completed); // so the coins of all jobs are known
    expectExactWallet(counters);
  });

  test('scale rng=4 triples the speed again, and four rngs on several nodes share the requests', async () => {
    await scale('rng', 4);
    await untilSpeed(dashboard, 25, 34, 10);
    const nodesOfRng = new Set((await tasksOf('rng')).map(({ node }) => node));
    expect(nodesOfRng.size).toBeGreaterThan(1);
    const since = new Date().toISOString();
    const loopsBefore = (await frame())?.loops ?? 0;
    await until(
      '400 more loops are done',
      async () => {
        return ((await frame())?.loops ?? 0) > loopsBefore + 400;
      },
      60_000,
    );
    const log = await lines(docker(['service', 'logs', '--since', since, `${STACK}_rng`]));
    // Each line begins with the name of its task, such as dockercoins_rng.2.5j1k@node-1.
    const named = log.map((line) => line.replace(/^\S*_rng\.(\d+)\.\S+/, 'rng-$1'));
    const served = countServed(named);
    expect([...served.keys()].sort()).toEqual(['rng-1', 'rng-2', 'rng-3', 'rng-4']);
    expect(Math.min(...served.values()) / Math.max(...served.values())).toBeGreaterThan(0.7);
  });

  test('an update of the miners keeps most of the speed, and no job fails or runs twice', async () => {
    const slowest = await slowestDuring(update('miner', '--image', image('miner', '2')));
    expect(slowest).toBeGreaterThan(15);
    const miners = await tasksOf('miner');
    expect(miners.map((task) => task.image)).toEqual(Array(10).fill(image('miner', '2')));
    await untilRecovered();
    await expectNothingLost();
    const { completed, hashes } = await readCounters();
    // Stopped miners have counted all their loops; the others count once a second.
    expect(completed - hashes).toBeLessThan(60);
  });

  test('an update to a broken image is rolled back, and mining goes on', async () => {
    const slowest = await slowestDuring(
      update('miner', '--image', image('miner', 'broken')).catch(() => undefined), // it fails
    );
    expect(slowest).toBeGreaterThan(15);
    const format = ['--format', '{{.UpdateStatus.State}}'];
    await until(
      'the update is rolled back',
      async () => {
        const state = await docker(['service', 'inspect', ...format, `${STACK}_miner`]);
        return state.trim() === 'rollback_completed';
      },
      120_000,
    );
    const miners = await tasksOf('miner');
    expect(miners.map((task) => task.image)).toEqual(Array(10).fill(image('miner', '2')));
    await untilRecovered();
    await expectNothingLost();
  });

  test('while Redis is away, the dashboard says so and no task is replaced; then the data is still there', async () => {
    const others = async () =>
      (await runningTasks(STACK)).filter(({ service }) => service !== 'redis');
    const before = await others();
    const { completed } = await readCounters();
    await scale('redis', 0);
    const since = await until(
      'the dashboard reports the outage',
      async () => {
        const response = await fetch(`${dashboard}/api/frame`);
        return ((await response.json()) as Outage).unreachable && new Date();
      },
      30_000,
    );
    // More failed checks in a row than an unhealthy task is allowed.
    await until(
      'each miner has been checked five times',
      async () => {
        const miners = (await containersOn(first)).filter(({ Name }) => Name.includes('_miner'));
        const checks = miners.map(({ State }) => State.Health?.Log ?? []);
        return checks.every(
          (log) => log.length === 5 && log.every(({ Start }) => new Date(Start) > since),
        );
      },
      60_000,
    );
    await scale('redis', 1);
    await untilRecovered();
    expect(await others()).toEqual(before);
    expect((await readCounters()).completed).toBeGreaterThan(completed);
    await expectNothingLost();
  });

  test('a drained node ends up empty, its tasks move to other nodes, and no job fails', async () => {
    await docker(['node', 'update', '--availability', 'drain', second]);
    await until('the node is empty', async () => (await containersOn(second)).length === 0, 60_000);
    await untilRecovered();
    await expectNothingLost();
    await docker(['node', 'update', '--availability', 'active', second]);
    await until(
      'its dashboard and forwarder run again',
      async () => (await tasksOn(second)).length === 2,
      60_000,
    );
  });

  test('update --force moves tasks to a node that has come back', async () => {
    for (const service of ['miner', 'rng', 'hasher', 'producer']) await update(service, '--force');
    const services = (await tasksOn(second)).map(({ service }) => service);
    for (const service of ['miner', 'rng']) expect(services).toContain(service);
    await untilRecovered();
    await expectNothingLost();
  });

  test('after a node is killed, its tasks run elsewhere, its jobs run again, and none fails', async () => {
    // In a container, /run outlives a restart. Old PID files would keep the engine from starting again.
    const pids = ['/run/docker.pid', '/run/docker/containerd/containerd.pid'];
    await onMachine('exec', first, 'rm', '-f', ...pids);
    const miners = (await tasksOn(first)).filter(({ service }) => service === 'miner').length;
    expect(miners).toBeGreaterThan(0);
    const address = await addressOf(first);
    await onMachine('kill', first);
    await until('the dashboard names the lost jobs', async () => {
      return ((await frame())?.abandoned.length ?? 0) > 0;
    });
    await until('the Swarm notices', async () => (await statusOf(first)) === 'down', 60_000);
    await untilRecovered();
    await expectNothingLost();
    await onMachine('start', first);
    expect(await addressOf(first), 'a node must keep its address').toBe(address);
    await until('the node is back', async () => (await statusOf(first)) === 'ready', 60_000);
    await until(
      'its dashboard and forwarder run again',
      async () => (await tasksOn(first)).length === 2,
      60_000,
    );
    await expectNothingLost();
  });

  test('a node that is cut off is replaced; when it returns, its old tasks stop, and no job fails', async () => {
    const cutOff = (await containersOn(second)).map(({ Name }) => Name);
    expect(cutOff.filter((name) => name.includes('_miner')).length).toBeGreaterThan(0);
    const address = await addressOf(second);
    await onMachine('network', 'disconnect', 'swarm', second);
    await until('the Swarm notices', async () => (await statusOf(second)) === 'down', 60_000);
    await untilRecovered();
    await onMachine('network', 'connect', 'swarm', second);
    expect(await addressOf(second), 'a node must keep its address').toBe(address);
    await until(
      'its old tasks are gone',
      async () => {
        const names = (await containersOn(second)).map(({ Name }) => Name);
        return names.length === 2 && !names.some((name) => cutOff.includes(name));
      },
      90_000,
    );
    await untilRecovered();
    await expectNothingLost();
  });

  test('`hashes` lacks only what killed miners had not yet counted', async () => {
    const { completed, hashes } = await readCounters();
    expect(completed - hashes).toBeGreaterThanOrEqual(0);
    expect(completed - hashes).toBeLessThan(300);
  });

  test('another deploy returns to the replicas of the file', async () => {
    await deploy(IMAGES);
    await untilSpeed(dashboard, 2.5, 3.4, 1);
    expect(await tasksOf('miner', 'rng')).toHaveLength(2);
    await expectNothingLost();
  });

  test('rm removes every container and keeps the data', async () => {
    const { completed } = await readCounters();
    await removeStack();
    await deploy(IMAGES);
    await untilSpeed(dashboard, 2.5, 3.4, 1);
    expect((await frame())?.loops).toBeGreaterThanOrEqual(completed);
  });
});
