/**
 * The processes of `npm start` as a deployment for the lab and the incidents.
 * @module
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { beforeAll, expect, test } from 'vitest';
import type { Deployment } from '../../tools/stack/deployment/deployment.ts';
import { attachProcesses, startProcesses } from '../../tools/stack/deployment/processes.ts';
import { testSettings } from '../../tools/stack/frame-data.ts';
import { freePorts } from '../support/free-ports.ts';
import { readFrame } from '../../tools/stack/read-frame.ts';
import { startStackProcess } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

beforeAll(async () => {
  process.env['PAGE_DIR'] = process.env['BUILT_PAGE'];
  Object.assign(process.env, await freePorts());
});

async function replicasOf(deployment: Deployment, service: string) {
  return (await deployment.replicas()).filter((replica) => replica.service === service);
}

test('it starts, scales, signals, and stops a stack, and leaves nothing behind', async () => {
  const plan = { scale: { miner: 2 }, fast: false, settings: { MINER_WORK_MS: '50' } };
  await using deployment = await startProcesses(plan);
  const { dashboard, rng, hasher } = deployment.origins;
  expect(new URL(dashboard).port).toBe(process.env['DASHBOARD_PORT']);
  expect(new URL(rng).port).toBe(process.env['RNG_PORT']);
  expect(new URL(hasher).port).toBe(process.env['HASHER_PORT']);
  using redis = new DisposableStack();
  const client = redis.adopt(new Redis(deployment.redisUrl), (it) => it.disconnect());
  expect(await client.ping()).toBe('PONG');
  redis.dispose();

  await deployment.scale({ rng: 2, miner: 3 }, { RNG_DELAY_MS: '1' });
  expect((await replicasOf(deployment, 'rng')).map(({ name }) => name)).toEqual(['rng-1', 'rng-2']);
  const frame = await until('three miners use two rngs', async () => {
    const latest = await readFrame(dashboard);
    return latest?.miners === 3 && latest.rng === 2 && latest;
  });
  expect(frame.settings).toEqual(
    testSettings({
      miner: [{ delayMs: 50, slots: 1 }],
      rng: [
        { delayMs: 1, slots: 1 },
        { delayMs: 100, slots: 1 },
      ],
    }),
  );
  const miners = await replicasOf(deployment, 'miner');
  expect(frame.fleet.map(({ name }) => name).sort()).toEqual(miners.map(({ name }) => name));

  const [victim] = miners;
  if (victim === undefined) throw new Error('no miner');
  await deployment.signal(victim, 'SIGKILL');
  await until(`${victim.name} is restarted`, async () => {
    const [first] = await replicasOf(deployment, 'miner');
    return first?.name === victim.name && first.id !== victim.id;
  });
  await expect(deployment.signal(victim, 'SIGKILL')).rejects.toThrow('ESRCH');
  await until('its miners log', async () =>
    (await deployment.logs('miner', 5)).some((line) => line.includes('units of work done')),
  );
  await expect(deployment.scale({ rng: 0 })).rejects.toThrow('rng=0: expected at least 1');

  const pids = (await deployment.replicas()).map(({ id }) => Number(id));
  await deployment[Symbol.asyncDispose]();
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect((await readdir(tmpdir())).filter((name) => name.startsWith('dockercoins-lab-'))).toEqual(
    [],
  );
});

test('it attaches to a running npm start, and leaves it running', async () => {
  await using folder = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'dockercoins-attach-'));
  folder.defer(() => rm(dir, { recursive: true }));
  {
    await using stack = await startStackProcess({ dir });
    await using attached = await attachProcesses(dir);
    expect(attached.origins.dashboard).toBe(stack.dashboard);
    expect(await replicasOf(attached, 'redis')).toHaveLength(1);
    await attached[Symbol.asyncDispose]();
    expect((await fetch(stack.dashboard)).status).toBe(200);
  }
  await expect(attachProcesses(dir)).rejects.toThrow('no stack is running');
});

test('a stack that cannot start says why, and leaves nothing behind', async () => {
  const plan = { scale: { miner: 1 }, fast: false, settings: { RNG_SLOTS: 'many' } };
  await expect(startProcesses(plan)).rejects.toThrow('RNG_SLOTS');
  expect((await readdir(tmpdir())).filter((name) => name.startsWith('dockercoins-lab-'))).toEqual(
    [],
  );
});
