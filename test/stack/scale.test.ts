/**
 * `npm run scale`, `ps`, `logs` and `retry-failed`, and the keys of `npm start`, look at and change a running stack. How fast a stack of that
 * scale is, `test/speed/lab.test.ts` measures.
 * @module
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { UnrecoverableError, Worker, type Job } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { QUEUE_NAME } from '@dockercoins/common/contract';
import { openQueue } from '@dockercoins/common/queue/queue';
import { Control } from '../../local/commands/client.ts';
import { lockFolder } from '../../local/lock.ts';
import { COUNTERS, type Counters } from '../../tools/stack/counters.ts';
import { exitOf } from '../../tools/stack/exit-of.ts';
import { isRunning } from '../../tools/stack/is-running.ts';
import { silentLog } from '../../tools/stack/log.ts';
import { killProcessesIn } from '../../tools/stack/processes-in.ts';
import { runCommand } from '../support/run-command.ts';
import { takeRedis, type SharedRedis } from '../support/shared-redis.ts';
import { startStackProcess, type RunningStack } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

/** Of all stacks here, one after another. */
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dockercoins-stack-'));
});
afterAll(() => rm(dir, { recursive: true }));

type Command = 'scale' | 'ps' | 'logs' | 'retry-failed';

const resultOf = (name: Command, ...args: string[]) =>
  runCommand([name, ...args], { LOCAL_DIR: dir });

/** Resolves to what a command printed that must succeed. */
async function run(name: Command, ...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await resultOf(name, ...args);
  expect(status, stderr).toBe(0);
  return stdout;
}

/** Resolves to the error message of a command that must fail with exit status 1. */
async function failureOf(name: Command, ...args: string[]): Promise<string> {
  const { status, stderr } = await resultOf(name, ...args);
  expect(status).toBe(1);
  return stderr;
}

/** Runs `npm run logs -- --tail 0 --follow miner` until its end, or until it is disposed of. */
function followLogs() {
  const follower = spawn(
    process.execPath,
    ['local/cli.ts', 'logs', '--tail', '0', '--follow', 'miner'],
    { env: { ...process.env, LOCAL_DIR: dir }, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const lines: string[] = [];
  createInterface({ input: follower.stdout }).on('line', (line) => lines.push(line));
  return {
    lines,
    exitCode: () => exitOf(follower, 'npm run logs'),
    [Symbol.dispose]: () => void follower.kill('SIGKILL'),
  };
}

const WORK = /^miner-\d +\| .*units of work done/;
const untilFollowed = ({ lines }: { lines: string[] }) =>
  until('new lines arrive', () => lines.some((line) => WORK.test(line)));

describe('without a running stack', () => {
  test.each<[Command, string[]]>([
    ['scale', ['miner=2']],
    ['ps', []],
    ['logs', ['miner']],
    ['logs', ['redis']],
    ['retry-failed', []],
  ])('npm run %s says what to do', async (name, args) => {
    expect(await failureOf(name, ...args)).toContain(
      `no stack is running: run npm start in another terminal, or set LOCAL_DIR to its folder (now ${dir})`,
    );
  });

  test('npm run scale says that the stack is starting', async () => {
    using lock = lockFolder(dir);
    expect(lock).toBeDefined();
    expect(await failureOf('scale', 'miner=2')).toContain('the stack is still starting');
  });

  test.each<[Command, string[], string]>([
    ['scale', [], 'expected SERVICE=N'],
    [
      'scale',
      ['RNG_DELAY_MS=50'],
      'RNG_DELAY_MS=50: expected SERVICE=N, such as miner=10, because',
    ],
    ['scale', ['miner'], 'expected SERVICE=N or SETTING=VALUE, got miner'],
    ['ps', ['miner'], 'miner: expected no arguments'],
    ['retry-failed', ['loops'], 'loops: expected no arguments'],
    ['logs', ['mine'], 'mine: expected a service or a replica'],
    ['logs', ['--tail', 'x'], '--tail x: expected a number of lines'],
    ['logs', ['--last'], '--last: expected one of --tail, --follow'],
  ])('npm run %s %j shows its usage', async (name, args, message) => {
    const { status, stderr } = await resultOf(name, ...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain(`npm run ${name}`);
  });
});

describe('a running stack', () => {
  const running = new AsyncDisposableStack();
  let redis: SharedRedis;
  let stack: RunningStack;
  beforeAll(async () => {
    redis = running.use(await takeRedis());
    const delays = { RNG_DELAY_MS: '20', HASHER_DELAY_MS: '20', MINER_WORK_MS: '20' };
    const env = { ...delays, MINER_LOCK_MS: '5000' };
    stack = running.use(await startStackProcess({ dir, env: { ...env, REDIS_URL: redis.url } }));
  });
  afterAll(() => running.disposeAsync());

  const untilMining = (miners: number, rngs: number) =>
    until(`${miners} miners use ${rngs} rngs, and mine`, async () => {
      const frame = await stack.frame();
      return frame?.miners === miners && frame.rng === rngs && (frame.speed ?? 0) > 0;
    });

  test('goes from 1 to 4 miners, to 2 rngs, and back', async () => {
    await untilMining(1, 1);
    const before = await stack.pids();
    expect(await run('scale', 'miner=4')).toBe('miner: 4 replicas\n');
    await untilMining(4, 1);
    expect(await run('scale', 'rng=2')).toBe('rng: 2 replicas\n');
    await untilMining(4, 2);
    const ps = await run('ps');
    expect(ps.match(/^rng-\d +\d+ +up \d+ (s|min) +\d+$/gm)).toHaveLength(2);
    expect(ps.match(/^miner-\d +\d+ +up \d+ (s|min)$/gm)).toHaveLength(4);
    const shownByTop = await readFile(`/proc/${await stack.pidOf('miner-2')}/comm`, 'utf8');
    expect(shownByTop).toBe('miner-2\n');

    expect(await run('scale', 'miner=1', 'rng=1')).toBe('miner: 1 replica\nrng: 1 replica\n');
    await untilMining(1, 1);
    expect([...(await stack.pids()).entries()].sort()).toEqual([...before.entries()].sort());
    // A replica that a busy machine holds up for a second is avoided for a while; one that is gone must not be.
    const complaints = /killed by|restarting|not using (?!.*no complete response within)/;
    expect(stack.lines.join('\n')).not.toMatch(complaints);
  });

  test('gives settings to the added replicas only', async () => {
    await run('scale', 'rng=2', 'RNG_DELAY_MS=0');
    const [first = '', second = ''] = (await run('ps')).match(/^rng-\d.*$/gm) ?? [];
    const delayOf = async (row: string) => {
      const { headers } = await fetch(`http://127.0.0.1:${row.split(' ').at(-1)}/1`);
      return /delay;dur=(\d+)/.exec(headers.get('server-timing') ?? '')?.[1];
    };
    expect([await delayOf(first), await delayOf(second)]).toEqual(['20', '0']);
    await untilMining(1, 2);
  });

  test('stays as it was if a replica does not start, which is reported', async () => {
    const before = await stack.pids();
    expect(await failureOf('scale', 'miner=2', 'ADMIN_PORT=1')).toContain('ADMIN_PORT: expected');
    expect(await failureOf('scale', 'mine=2')).toContain('mine=2: expected SERVICE=N');
    const failure = failureOf('scale', 'miner=2', 'RNG_URL=http://127.0.0.1:1'); // is never ready
    process.kill(await stack.pidOf('miner-2'), 'SIGKILL');
    expect(await failure).toContain('miner-2: killed by SIGKILL before it was ready');
    expect(await stack.pids()).toEqual(before);
    expect(await run('scale', 'miner=2')).toBe('miner: 2 replicas\n');
  });

  test('makes a change that was asked for while another one was failing', async () => {
    await run('scale', 'miner=1');
    const before = await stack.pids();
    const failing = failureOf('scale', 'miner=2', 'RNG_URL=http://127.0.0.1:1'); // is never ready
    const doomed = await stack.pidOf('miner-2');
    const queued = run('scale', 'miner=3');
    await until('it is queued', () => stack.lines.some((line) => line.includes('miner: 2 → 3')));
    process.kill(doomed, 'SIGKILL');
    expect(await failing).toContain('miner-2: killed by SIGKILL');
    expect(await queued).toBe('miner: 3 replicas\n');
    expect(await run('scale', 'miner=1')).toBe('miner: 1 replica\n');
    expect(await stack.pids()).toEqual(before);
  });

  test('retries the jobs that failed for good', async () => {
    await using undo = new AsyncDisposableStack();
    const connection = undo.adopt(new Redis(redis.url, { maxRetriesPerRequest: null }), (it) =>
      it.disconnect(),
    );
    const failed = Promise.withResolvers<Job>();
    const worker: Worker = new Worker(
      QUEUE_NAME,
      (job) => {
        failed.resolve(job);
        void worker.close(); // it takes no other job
        return Promise.reject(new UnrecoverableError('bad luck'));
      },
      { connection },
    );
    undo.adopt(worker, (it) => it.close());
    const job = await failed.promise;
    await until('the job has failed', async () => (await job.getState()) === 'failed');
    const text = 'retrying 1 job that had failed for good:\n1  bad luck\n';
    expect(await run('retry-failed')).toBe(text);
    await until('a miner has completed it', async () => (await job.getState()) === 'completed');
    expect(await run('retry-failed')).toBe('no job has failed for good\n');
  });

  test('prints the latest lines of each replica, even of those removed', async () => {
    const names = ['miner-1', 'miner-2', 'miner-3', 'miner-4'];
    const lines = (await run('logs', '--tail', '1', 'miner')).trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual(names);
  });

  test('says which replicas have a log', async () => {
    expect(await failureOf('logs', 'miner-9')).toMatch(
      /miner-9: expected services, or some of dashboard-1, hasher-1, miner-1, miner-2/,
    );
    // This stack uses a Redis that npm start has not started.
    expect(await failureOf('logs', 'redis')).toContain('redis: expected services, or some of');
  });

  test('says which services there are', async () => {
    expect(await failureOf('scale', 'Miner=3')).toContain('one of rng, hasher, producer, miner');
  });

  test('lets only its owner use the socket', async () => {
    const { mode } = await stat(join(dir, 'control.sock'));
    expect((mode & 0o777).toString(8)).toBe('600');
  });

  test('prints new lines until it stops; no loop was lost', async () => {
    await using undo = new AsyncDisposableStack();
    const client = undo.adopt(new Redis(redis.url), (opened) => opened.disconnect());
    const queue = undo.adopt(openQueue(client, silentLog), (opened) => opened.close());
    await until('the jobs of killed miners have run again', async () =>
      (await queue.getActive()).every(({ processedBy }) => processedBy === 'miner-1'),
    );
    using follower = followLogs();
    await untilFollowed(follower);
    const pids = [...(await stack.pids()).values()];
    expect(await stack.stop('SIGINT')).toBe(0);
    expect(await follower.exitCode()).toBe(0);
    expect(pids.filter(isRunning)).toEqual([]);
    await expect(stat(join(dir, 'control.sock'))).rejects.toThrow('ENOENT');

    const counters = JSON.parse((await client.eval(COUNTERS, 0)) as string) as Counters;
    expect(counters.hashes).toBe(counters.completed);
    expect(counters.added).toBe(counters.completed + counters.failed + counters.unfinished);
    expect(counters).toMatchObject({ active: 0, failed: 0 });
  });
});

test('npm run logs fails when the stack dies', async () => {
  await using stack = await startStackProcess({ dir });
  using follower = followLogs();
  await untilFollowed(follower);
  await stack.stop('SIGKILL');
  expect(await follower.exitCode()).toBe(1);
});

test('keys in the terminal of npm start add and remove miners, and quit', async () => {
  await using undo = new AsyncDisposableStack();
  const ports = ['dashboard', 'rng', 'hasher'].flatMap((name) => ['--port', `${name}=0`]);
  // `script` runs the command in a terminal of its own.
  const command = [process.execPath, 'local/cli.ts', 'start', ...ports].join(' ');
  const terminal = spawn('script', ['--quiet', '--return', '--flush', '-c', command, '/dev/null'], {
    env: { ...process.env, LOCAL_DIR: dir, TMPDIR: dir, PAGE_DIR: process.env['BUILT_PAGE'] },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  undo.defer(async () => {
    killProcessesIn(dir);
    await exitOf(terminal, 'script');
  });
  let screen = '';
  terminal.stdout.on('data', (chunk: Buffer) => (screen += chunk.toString()));
  await until('the addresses are shown', () => screen.includes('+ or - for one miner'));
  const control = undo.use(new Control(dir));
  const untilMiners = (count: number) =>
    until(`there are ${count} miners`, async () => {
      const replicas = await control.replicas();
      return replicas.filter(({ service }) => service === 'miner').length === count;
    });
  terminal.stdin.write('++');
  await untilMiners(3);
  terminal.stdin.write('-');
  await untilMiners(2);
  terminal.stdin.write('q');
  expect(await exitOf(terminal, 'script')).toBe(0);
});
