import { describe, expect, test } from 'vitest';
import { parseLocalArgs } from './args.ts';
import type { Overrides } from './config.ts';
import { freePort } from './free-port.ts';
import { Planner, type Instance } from './plan.ts';

const CONTEXT = {
  dir: '/data',
  redis: { REDIS_URL: 'redis://127.0.0.1:6379' },
  env: { LOG_LEVEL: 'warn' },
  listenHost: '127.0.0.1',
};

/** Plans a stack on a machine where the ports in `taken` are in use. */
function plan(
  args: string[] = [],
  taken: number[] = [],
  overrides: Overrides = {},
  listenHost = CONTEXT.listenHost,
) {
  let next = 40_000;
  const { scale, ports } = parseLocalArgs(args, overrides);
  const planner = new Planner({
    ...CONTEXT,
    ports,
    overrides,
    listenHost,
    freePort: (preferred) =>
      Promise.resolve(preferred === undefined || taken.includes(preferred) ? next++ : preferred),
  });
  return planner.plan(scale);
}

describe('the stack', () => {
  test('has one process per service by default', async () => {
    const instances = await plan();
    expect(instances.map(({ name, entry }) => [name, entry])).toEqual([
      ['rng-1', 'rng/main.ts'],
      ['hasher-1', 'hasher/main.ts'],
      ['producer-1', 'producer/main.ts'],
      ['miner-1', 'miner/main.ts'],
      ['dashboard-1', 'dashboard/server/main.ts'],
    ]);
  });

  test('has one process per replica', async () => {
    const instances = await plan(['--scale', 'miner=3', '--scale', 'producer=0']);
    expect(instances.map(({ name }) => name)).toEqual([
      'rng-1',
      'hasher-1',
      'miner-1',
      'miner-2',
      'miner-3',
      'dashboard-1',
    ]);
  });
});

describe('each process', () => {
  test('gets its name, the address of Redis, and its own addresses', async () => {
    for (const instance of await plan(['--scale', 'rng=2'])) {
      expect(instance.env).toMatchObject({
        INSTANCE: instance.name,
        REDIS_URL: 'redis://127.0.0.1:6379',
        LISTEN_HOST: '127.0.0.1',
        ADMIN_PORT: String(instance.adminPort),
      });
      expect(instance.env['PORT']).toBe(
        instance.port === undefined ? undefined : String(instance.port),
      );
    }
  });

  test('has its own ports', async () => {
    const instances = await plan(['--scale', 'rng=3', '--scale', 'hasher=3', '--scale', 'miner=5']);
    const ports = instances.flatMap(({ port, adminPort }) => [adminPort, ...(port ? [port] : [])]);
    expect(new Set(ports).size).toBe(ports.length);
  });
});

describe('the ports', () => {
  const portsOf = async (args: string[], taken?: number[]) =>
    (await plan(args, taken)).flatMap(({ name, port }) => (port ? [`${name} ${port}`] : []));

  test('are well-known for the first replica, and 10 higher for each further one', async () => {
    expect(await portsOf(['--scale', 'rng=3', '--scale', 'hasher=2'])).toEqual([
      'rng-1 8001',
      'rng-2 8011',
      'rng-3 8021',
      'hasher-1 8002',
      'hasher-2 8012',
      'dashboard-1 8000',
    ]);
  });

  test('are any free ones if those are in use', async () => {
    const [, second, third] = await portsOf(['--scale', 'rng=3'], [8011]);
    expect(second).toMatch(/^rng-2 4\d{4}$/);
    expect(third).toBe('rng-3 8021');
  });

  test('are any free ones with --port SERVICE=0', async () => {
    const args = ['rng=0', 'hasher=0', 'dashboard=0'].flatMap((pair) => ['--port', pair]);
    for (const line of await portsOf(args)) expect(line).toMatch(/ 4\d{4}$/);
  });

  test('are any free ones beyond 65535', async () => {
    const [first, second] = await portsOf(['--port', 'rng=65535', '--scale', 'rng=2']);
    expect([first, second]).toEqual(['rng-1 65535', 'rng-2 40002']);
  });
});

test('miners read the addresses of rng and hasher from files', async () => {
  const instances = await plan(['--scale', 'rng=2', '--scale', 'miner=2']);
  for (const miner of instances.filter(({ service }) => service === 'miner')) {
    expect(miner.env).toMatchObject({
      RNG_URL: 'file:///data/origins/rng',
      HASHER_URL: 'file:///data/origins/hasher',
    });
  }
});

describe('in the environment,', () => {
  const planWith = (overrides: Overrides, args?: string[]) => plan(args, [], overrides);
  const find = (instances: Instance[], wanted: string) =>
    instances.find(({ name }) => name === wanted);

  test('RNG_URL and HASHER_URL replace the local addresses for miners', async () => {
    const instances = await planWith({
      RNG_URL: ['http://a', 'http://b:81'],
      HASHER_URL: ['http://c'],
    });
    expect(find(instances, 'rng-1')).toBeDefined();
    expect(find(instances, 'miner-1')?.env).toMatchObject({
      RNG_URL: 'http://a,http://b:81',
      HASHER_URL: 'http://c',
    });
  });

  test('RNG_URL allows a stack without rng', async () => {
    const instances = await planWith({ RNG_URL: ['http://a'] }, ['--scale', 'rng=0']);
    expect(instances.map(({ name }) => name)).not.toContain('rng-1');
    expect(find(instances, 'miner-1')?.env).toMatchObject({
      RNG_URL: 'http://a',
      HASHER_URL: 'file:///data/origins/hasher',
    });
  });

  test('PORT is the port of the dashboard, unless --port sets it', async () => {
    expect(find(await planWith({ PORT: 9999 }), 'dashboard-1')?.port).toBe(9999);
    const args = ['--port', 'dashboard=7777'];
    expect(find(await planWith({ PORT: 9999 }, args), 'dashboard-1')?.port).toBe(7777);
  });

  test('INSTANCE is the prefix of every name', async () => {
    const instances = await planWith({ INSTANCE: 'left' }, ['--scale', 'miner=2']);
    expect(instances.map(({ env }) => env['INSTANCE'])).toEqual([
      'left-rng-1',
      'left-hasher-1',
      'left-producer-1',
      'left-miner-1',
      'left-miner-2',
      'left-dashboard-1',
    ]);
  });

  test('SERVICES_DIR is the folder of what they run', async () => {
    const instances = await planWith({ SERVICES_DIR: 'built' });
    expect(instances.map(({ entry }) => entry)).toEqual([
      'built/rng/main.mjs',
      'built/hasher/main.mjs',
      'built/producer/main.mjs',
      'built/miner/main.mjs',
      'built/dashboard/main.mjs',
    ]);
  });

  test('ADMIN_PORT is the admin port of the first process; the others count up', async () => {
    const instances = await planWith({ ADMIN_PORT: 9000 }, ['--scale', 'miner=2']);
    expect(instances.map(({ name, env }) => `${name} ${env['ADMIN_PORT']}`)).toEqual([
      'rng-1 9000',
      'hasher-1 9001',
      'producer-1 9002',
      'miner-1 9003',
      'miner-2 9004',
      'dashboard-1 9005',
    ]);
  });

  test('a replica that stopped a moment ago leaves its ports to the one that replaces it', async () => {
    const ports = { dashboard: 0, rng: await freePort(), hasher: 0 };
    const ADMIN_PORT = await freePort();
    const planner = new Planner({ ...CONTEXT, ports, overrides: { ADMIN_PORT }, freePort });
    const planSecond = () => planner.plan({ rng: 2 }, { rng: 1 });
    const before = await planSecond();
    expect(await planSecond()).toEqual(before);
  });

  test.each([
    [9000, [9001], 'hasher-1 would get port 9001'],
    [7999, [], 'hasher-1 would get port 8000'],
    [65_535, [], 'hasher-1 would get port 65536'],
  ])(
    'ADMIN_PORT=%s is rejected if one of its ports is not available',
    async (first, taken, message) => {
      await expect(plan([], taken, { ADMIN_PORT: first })).rejects.toThrow(
        `ADMIN_PORT=${first}: ${message}, which is not available`,
      );
    },
  );

  test.each([
    ['127.0.0.2', 'http://127.0.0.2:8001'],
    ['::1', 'http://[::1]:8001'],
    ['::', 'http://127.0.0.1:8001'],
    ['0.0.0.0', 'http://127.0.0.1:8001'],
    ['', 'http://127.0.0.1:8001'],
  ])('LISTEN_HOST=%s puts rng at %s', async (listenHost, origin) => {
    const instances = await plan([], [], {}, listenHost);
    expect(find(instances, 'rng-1')?.origin).toBe(origin);
  });
});
