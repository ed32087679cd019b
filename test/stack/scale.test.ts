/**
 * `npm run scale`, `ps` and `logs`, and the keys of `npm start`, look at and change a running stack.
 * @module
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { COUNTERS, type Counters } from '../../testing/counters.ts';
import { isRunning } from '../../testing/is-running.ts';
import { startTestRedis } from '../../testing/redis-server.ts';
import { startStackProcess, type RunningStack } from '../../testing/stack.ts';
import { untilSpeed } from '../../testing/until-speed.ts';
import { until } from '../../testing/until.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dockercoins-stack-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** Runs the command behind `npm run NAME` and resolves to what it printed. */
async function run(name: 'scale' | 'ps' | 'logs', ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [`local/control/${name}.ts`, ...args],
    { env: { ...process.env, LOCAL_DIR: dir } },
  );
  return stdout;
}

/** Resolves to the error message of a command that must fail with exit code 1. */
async function failureOf(name: 'scale' | 'ps' | 'logs', ...args: string[]): Promise<string> {
  const { code, stderr } = await run(name, ...args).then(
    () => ({ code: 0, stderr: '' }),
    (err: unknown) => err as { code: number; stderr: string },
  );
  expect(code).toBe(1);
  return stderr;
}

const untilMiners = (stack: RunningStack, count: number) =>
  until(`${count} miners mine`, async () => (await stack.frame())?.miners === count, 20_000);

test('npm run scale goes from 1 to 10 miners, to 4 rngs, and back, and no loop is lost', async () => {
  await using redis = await startTestRedis();
  await using stack = await startStackProcess({ dir, env: { REDIS_URL: redis.url } });
  const before = await stack.pids();

  expect(await run('scale', 'miner=10')).toBe('miner: 10 replicas\n');
  await untilSpeed(stack.dashboard, 9, 10.5, 10);

  expect(await run('scale', 'rng=4')).toBe('rng: 4 replicas\n');
  await untilSpeed(stack.dashboard, 25, 34, 10);
  const ps = await run('ps');
  expect(ps.match(/^rng-\d +\d+ +up \d+ s +\d+$/gm)).toHaveLength(4);
  expect(ps.match(/^miner-\d+ +\d+ +up \d+ s$/gm)).toHaveLength(10);

  expect(await run('scale', 'miner=1', 'rng=1')).toBe('miner: 1 replica\nrng: 1 replica\n');
  await untilMiners(stack, 1);
  expect([...(await stack.pids()).entries()].sort()).toEqual([...before.entries()].sort());

  expect(await stack.stop('SIGINT')).toBe(0);
  const output = stack.lines.join('\n');
  expect(output).not.toMatch(/killed by|restarting|not using/);
  const client = new Redis(redis.url);
  const counters = JSON.parse((await client.eval(COUNTERS, 0)) as string) as Counters;
  client.disconnect();
  expect(counters.hashes).toBe(counters.completed);
  expect(counters.added).toBe(counters.completed + counters.failed + counters.unfinished);
  expect(counters).toMatchObject({ active: 0, failed: 0 });
}, 90_000);

test('settings are those of the added replicas only', async () => {
  await using stack = await startStackProcess({ dir });
  await run('scale', 'rng=2', 'RNG_DELAY_MS=0');
  const [first = '', second = ''] = (await run('ps')).match(/^rng-\d.*$/gm) ?? [];
  const delayOf = async (row: string) => {
    const { headers } = await fetch(`http://127.0.0.1:${row.split(' ').at(-1)}/1`);
    return /delay;dur=(\d+)/.exec(headers.get('server-timing') ?? '')?.[1];
  };
  expect([await delayOf(first), await delayOf(second)]).toEqual(['100', '0']);
  await until('miners use both', async () => (await stack.frame())?.rng === 2);
});

test('a replica that does not start is reported, and the stack stays as it was', async () => {
  await using stack = await startStackProcess({ dir });
  const before = await stack.pids();
  expect(await failureOf('scale', 'miner=2', 'ADMIN_PORT=1')).toContain('ADMIN_PORT: expected');
  expect(await failureOf('scale', 'mine=2')).toContain('mine=2: expected SERVICE=N');
  expect(await failureOf('scale', 'miner=2', 'RNG_URL=http://127.0.0.1:1')).toMatch(
    /miner-2: (not ready|exited)/,
  );
  expect(await stack.pids()).toEqual(before);
  expect(await run('scale', 'miner=2')).toBe('miner: 2 replicas\n');
}, 60_000);

test.each([
  ['stops', 'SIGTERM', 0],
  ['dies', 'SIGKILL', 1],
] as const)(
  'npm run logs prints the latest lines, and new ones until the stack %s',
  async (_, signal, code) => {
    await using stack = await startStackProcess({ dir, args: ['--scale', 'miner=2'] });
    const work = /^miner-\d +\| .*units of work done/;
    await until('both miners have logged', async () =>
      /miner-1[^]*miner-2|miner-2[^]*miner-1/.test(await run('logs', 'miner')),
    );
    const lines = (await run('logs', '--tail', '1', 'miner')).trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual(['miner-1', 'miner-2']);

    const follower = spawn(
      process.execPath,
      ['local/control/logs.ts', '--tail', '0', '--follow', 'miner'],
      { env: { ...process.env, LOCAL_DIR: dir }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const exited = once(follower, 'exit');
    const followed: string[] = [];
    createInterface({ input: follower.stdout }).on('line', (line) => followed.push(line));
    await until('new lines arrive', () => followed.filter((line) => work.test(line)).length > 3);
    const pids = [...(await stack.pids()).values()];
    await stack.stop(signal);
    expect(await exited).toEqual([code, null]);
    await until('nothing is left of the stack', () => !pids.some(isRunning), 15_000);
  },
);

describe('without a running stack', () => {
  test.each<['scale' | 'ps' | 'logs', string[]]>([
    ['scale', ['miner=2']],
    ['ps', []],
    ['logs', ['miner']],
  ])('npm run %s says what to do', async (name, args) => {
    expect(await failureOf(name, ...args)).toContain(
      `no stack is running: run npm start in another terminal, or set LOCAL_DIR to its folder (now ${dir})`,
    );
  });

  test.each<['scale' | 'ps' | 'logs', string[], string]>([
    ['scale', [], 'expected SERVICE=N'],
    ['scale', ['miner'], 'expected SERVICE=N or SETTING=VALUE, got miner'],
    ['ps', ['miner'], 'expected no arguments, got miner'],
    ['logs', ['mine'], 'mine: expected a service or a replica'],
    ['logs', ['--tail', 'x'], '--tail x: expected a number of lines'],
    ['logs', ['--last'], "Unknown option '--last'"],
  ])('npm run %s %j shows its usage', async (name, args, message) => {
    const stderr = await failureOf(name, ...args);
    expect(stderr).toContain(message);
    expect(stderr).toContain(`npm run ${name}`);
  });
});

test('only the owner can use the socket', async () => {
  await using stack = await startStackProcess({ dir });
  const { mode } = await stat(join(dir, 'control.sock'));
  expect((mode & 0o777).toString(8)).toBe('600');
  await stack.stop('SIGTERM');
  await expect(stat(join(dir, 'control.sock'))).rejects.toThrow('ENOENT');
});

test('keys in the terminal of npm start add and remove miners, and quit', async () => {
  const ports = ['dashboard', 'rng', 'hasher'].flatMap((name) => ['--port', `${name}=0`]);
  // `script` runs the command in a terminal of its own.
  const command = [process.execPath, 'local/main.ts', ...ports].join(' ');
  const terminal = spawn('script', ['--quiet', '--return', '--flush', '-c', command, '/dev/null'], {
    env: { ...process.env, LOCAL_DIR: dir, PAGE_DIR: process.env['BUILT_PAGE'] },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(terminal, 'exit');
  let screen = '';
  terminal.stdout.on('data', (chunk: Buffer) => (screen += chunk.toString()));
  await until('the addresses are shown', () => screen.includes('+ or - for one miner'), 40_000);
  const miners = async () => (await run('ps')).match(/^miner-/gm)?.length ?? 0;
  terminal.stdin.write('++');
  await until('there are three miners', async () => (await miners()) === 3);
  terminal.stdin.write('-');
  await until('there are two miners', async () => (await miners()) === 2);
  terminal.stdin.write('q');
  expect(await exited).toEqual([0, null]);
});
