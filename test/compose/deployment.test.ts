/**
 * The Compose stack as a deployment for the lab and the incidents: what its operations change, and what they leave alone; an incident.
 * @module
 */
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attachCompose, startCompose } from '../../tools/stack/deployment/compose.ts';
import type { Deployment } from '../../tools/stack/deployment/deployment.ts';
import { causeIncident, cureIncident } from '../../tools/incidents/incident.ts';
import { BASELINE } from '../../tools/incidents/scenarios/scenario.ts';
import { frozenMiner } from '../../tools/incidents/scenarios/frozen-miner.ts';
import { scaleOf, snapshot } from '../../tools/incidents/stack.ts';
import { connect } from '../../tools/stack/deployment/connect.ts';
import { compose, containers, docker } from '../../tools/stack/compose.ts';
import { freePorts } from '../support/free-ports.ts';
import { readFrame } from '../../tools/stack/read-frame.ts';
import { until } from '../../tools/stack/until.ts';

let deployment: Deployment;

beforeAll(async () => {
  process.env['COMPOSE_PROJECT_NAME'] = 'dockercoins-deployment';
  Object.assign(process.env, await freePorts());
  deployment = await startCompose({ scale: { miner: 2 }, fast: false, settings: {} });
});

afterAll(() => deployment[Symbol.asyncDispose]());

/** Returns the names of the replicas of a service. */
async function names(service: string): Promise<string[]> {
  const replicas = await deployment.replicas();
  return replicas
    .filter((replica) => replica.service === service)
    .map(({ name }) => name)
    .sort();
}

/** Returns a setting of a replica as its container has it; undefined if it is not set. */
async function setting(replica: string, name: string): Promise<string | undefined> {
  const { id } = (await deployment.replicas()).find((it) => it.name === replica) ?? { id: '' };
  const env = await docker(['inspect', '--format', '{{json .Config.Env}}', id]);
  const entries = JSON.parse(env) as string[];
  return entries.find((entry) => entry.startsWith(`${name}=`))?.split('=')[1];
}

/** Identifies each run of each container except those of `service`. */
async function others(service: string): Promise<string[]> {
  return (await containers())
    .filter((it) => it.service !== service)
    .map(({ id }) => id)
    .sort();
}

test('its origins and Redis respond', async () => {
  const { dashboard, rng, hasher } = deployment.origins;
  await until(
    'the dashboard shows two miners',
    async () => (await readFrame(dashboard))?.miners === 2,
  );
  expect(await (await fetch(rng)).text()).toMatch(/^RNG running on /);
  expect(await (await fetch(hasher)).text()).toMatch(/^HASHER running on /);
  const redis = new Redis(deployment.redisUrl);
  expect(await redis.ping()).toBe('PONG');
  redis.disconnect();
});

test('its replicas have the names under which miners report', async () => {
  const fleet = (await readFrame(deployment.origins.dashboard))?.fleet.map(({ name }) => name);
  expect(fleet?.sort()).toEqual(await names('miner'));
});

test('scale gives settings only to the replicas that it adds, and leaves other services alone', async () => {
  const before = await others('rng');
  await deployment.scale({ rng: 2 }, { RNG_DELAY_MS: '500' });
  expect(await names('rng')).toEqual(['rng-1', 'rng-2']);
  expect(await setting('rng-1', 'RNG_DELAY_MS')).toBeUndefined();
  expect(await setting('rng-2', 'RNG_DELAY_MS')).toBe('500');
  expect(await others('rng')).toEqual(before);
});

test('scale does not touch the replicas that keep running, whatever their settings', async () => {
  await deployment.scale({ rng: 3, miner: 3 });
  expect(await names('rng')).toEqual(['rng-1', 'rng-2', 'rng-3']);
  expect(await names('miner')).toEqual(['miner-1', 'miner-2', 'miner-3']);
  expect(await setting('rng-2', 'RNG_DELAY_MS')).toBe('500');
  await deployment.scale({ rng: 1 });
  expect(await names('rng')).toEqual(['rng-1']);
});

test('an incident shows, and its cure leaves nothing behind', async () => {
  await deployment.scale(BASELINE); // it is measured beforehand, and a stack of another size for longer
  await using connections = connect(deployment);
  const saved = await snapshot(deployment, connections);
  const stack = { deployment, ...connections, saved };
  const { symptom } = await causeIncident(stack, frozenMiner, new AbortController().signal);
  expect(symptom.now).toBeLessThan(symptom.before);
  const frozen = (await deployment.replicas()).find(({ name }) => name === 'miner-3');
  expect(await docker(['top', frozen?.id ?? '', '-o', 'pid,stat'])).toMatch(/^\d+ +T/m);
  const healthy = await cureIncident(stack, frozenMiner);
  expect(healthy).toMatchObject({ miners: saved.scale.miner, problems: [] });
  expect(await scaleOf(deployment)).toEqual(saved.scale);
});

test('a killed replica stays down until scale starts it again', async () => {
  const [victim] = (await deployment.replicas()).filter(({ name }) => name === 'miner-2');
  if (victim === undefined) throw new Error('no miner-2');
  await deployment.signal(victim, 'SIGKILL');
  await until('it is down', async () => !(await names('miner')).includes('miner-2'));
  await expect(deployment.signal(victim, 'SIGKILL')).rejects.toThrow('is not running');
  await deployment.scale({ miner: 3 });
  expect(await names('miner')).toContain('miner-2');
});

test('the command that retries failed jobs is in the image', async () => {
  const command = ['node', 'retry-failed.mjs'];
  expect(await compose(['exec', '-T', 'dashboard', ...command])).toBe(
    'no job has failed for good\n',
  );
});

test('logs returns the latest lines of a service', async () => {
  const lines = await deployment.logs('miner', 5);
  expect(lines.join('\n')).toMatch(/units of work done/);
  expect(lines.length).toBeLessThanOrEqual(15);
});

test('a deployment can be attached to a running stack, and disposing of it leaves the stack running', async () => {
  const before = await deployment.replicas();
  {
    await using attached = await attachCompose();
    expect(attached.origins).toEqual(deployment.origins);
  }
  expect(await deployment.replicas()).toEqual(before);
});

test('a project that exists already is not taken over, because disposing of it would delete its data', async () => {
  const plan = { scale: { miner: 1 }, fast: false, settings: {} };
  await expect(startCompose(plan)).rejects.toThrow('dockercoins-deployment exists already');
  expect(await names('miner')).toHaveLength(3);
});

test('disposing of it leaves no container, network, or volume', async () => {
  await deployment[Symbol.asyncDispose]();
  const filter = ['--quiet', '--filter', 'label=com.docker.compose.project=dockercoins-deployment'];
  expect(await docker(['ps', '--all', ...filter])).toBe('');
  expect(await docker(['network', 'ls', ...filter])).toBe('');
  expect(await docker(['volume', 'ls', ...filter])).toBe('');
  await expect(attachCompose()).rejects.toThrow('no Compose stack is running');
  expect(await compose(['ps', '--quiet'])).toBe('');
});
